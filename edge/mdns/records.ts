/**
 * What the hub is called on its local network, as multicast DNS (RFC 6762) and DNS service discovery (RFC 6763) say it. Pure: questions in,
 * records out.
 */

const HOST = "hitchpost.local";

/** A service on this hub. */
interface Service {
  type: "_http._tcp" | "_mqtt._tcp" | "_ocpp._tcp";
  port: number;
  /** `key=value` pairs of its TXT record (RFC 6763 section 6). */
  txt: string[];
}

/** What is told, at one moment. */
export interface Place {
  /** Name of this hub among others, as people see it. */
  instance: string;
  services: Service[];
  /** IPv4 and IPv6 addresses. */
  addresses: string[];
}

export type MdnsRecord = { name: string; ttl: number; flush?: boolean } & (
  | { type: "A" | "AAAA" | "PTR"; data: string }
  | { type: "SRV"; data: { port: number; target: string } }
  | { type: "TXT"; data: string[] }
);

/** The part of a question that matters. */
interface Question {
  name: string;
  type: string;
}

/** Seconds (RFC 6762 section 10). */
const HOST_TTL = 120;
const OTHER_TTL = 4500;
/** A DNS label has at most 63 bytes. */
const MAX_LABEL = 63;
const ALL_SERVICES = "_services._dns-sd._udp.local";

/** Everything that can be told, as it is announced when the network comes up. */
export function recordsOf({ instance, services, addresses }: Place): MdnsRecord[] {
  return [
    ...services.flatMap((service): MdnsRecord[] => {
      const type = `${service.type}.local`;
      const name = `${label(instance)}.${type}`;
      const own = { name, flush: true };
      return [
        { name: ALL_SERVICES, ttl: OTHER_TTL, type: "PTR", data: type },
        { name: type, ttl: OTHER_TTL, type: "PTR", data: name },
        { ...own, ttl: HOST_TTL, type: "SRV", data: { port: service.port, target: HOST } },
        { ...own, ttl: OTHER_TTL, type: "TXT", data: service.txt },
      ];
    }),
    ...addresses.map((data): MdnsRecord => ({
      name: HOST,
      ttl: HOST_TTL,
      type: data.includes(":") ? "AAAA" : "A",
      data,
    })),
  ];
}

/** The same, to be forgotten: the hub goes (RFC 6762 section 10.1). */
export function goodbyeOf(place: Place): MdnsRecord[] {
  return recordsOf(place).map((record) => ({ ...record, ttl: 0 }));
}

/**
 * What to answer, and what the asker will want next (RFC 6763 section 12); null: nothing of this is ours. `known` is what the asker has heard
 * lately and need not hear again (RFC 6762 section 7.1).
 */
export function answersTo(
  questions: readonly Question[],
  known: readonly { name: string; type: string; data?: unknown }[],
  place: Place,
): { answers: MdnsRecord[]; additionals: MdnsRecord[] } | null {
  const records = recordsOf(place);
  const heard = new Set(known.map((record) => keyOf(record)));
  const answers = unique(
    records.filter((record) => questions.some((question) => asksFor(question, record)) && !heard.has(keyOf(record))),
  );
  if (answers.length === 0) return null;
  const named = new Set(answers.flatMap((record) => (record.type === "PTR" ? [record.data] : [])));
  const hosts = named.size > 0 || answers.some(({ type }) => type === "SRV");
  const additionals = records.filter(
    (record) => !answers.includes(record) && (named.has(record.name) || (hosts && record.name === HOST)),
  );
  return { answers, additionals: additionals.filter(({ type }) => type !== "PTR") };
}

function asksFor(question: Question, record: MdnsRecord): boolean {
  const wanted = question.type === record.type || question.type === "ANY";
  return wanted && question.name.toLowerCase() === record.name.toLowerCase();
}

function keyOf({ name, type, data }: { name: string; type: string; data?: unknown }): string {
  return `${name.toLowerCase()} ${type} ${typeof data === "string" ? data.toLowerCase() : ""}`;
}

function unique(records: MdnsRecord[]): MdnsRecord[] {
  return records.filter((record, index) => records.findIndex((other) => keyOf(other) === keyOf(record)) === index);
}

/** An instance name is one label, whatever dots are in it. */
function label(text: string): string {
  let cut = text.replaceAll(".", "-");
  while (Buffer.byteLength(cut) > MAX_LABEL) cut = cut.slice(0, -1);
  return cut;
}
