import type { Socket } from "node:dgram";
import makeMdns from "multicast-dns";
import type { Clock } from "../clock";
import type { Log } from "../log";
import type { MdnsRecord, Place } from "./records";
import { answersTo, goodbyeOf, recordsOf } from "./records";

interface MdnsOptions {
  /** What to tell; asked anew each time, since addresses come and go. null: nothing. */
  place: () => Place | null;
  /** Whether an address is on a network of this machine: nobody else is answered (RFC 6762 section 11), or the hub could be made to flood strangers. */
  isLocal: (address: string) => boolean;
  clock: Clock;
  log: Log;
  /** A bound socket instead of the multicast one on port 5353: then only who asks is told, and nothing is announced. */
  socket?: Socket;
}

export interface Mdns {
  /** Says goodbye to the network and stops answering. */
  close(): Promise<void>;
}

/** RFC 6762 section 8.3: an announcement is said twice. */
const AGAIN_MS = 1000;
const MDNS_PORT = 5353;

/**
 * Tells the local network the hub's name and services. A network that refuses multicast, or another program on the port, costs the name
 * and nothing else: it is logged once, and the hub serves by its address.
 */
export function startMdns({ place, isLocal, clock, log, socket }: MdnsOptions): Mdns {
  const mdns = makeMdns(socket ? { socket, bind: false, multicast: false } : {});
  let warned = false;
  let closed = false;

  const complain = (error: Error) => {
    log[warned ? "debug" : "warn"]({ err: error }, "the local network does not take the hub's name");
    warned = true;
  };
  const told = (records: (place: Place) => MdnsRecord[]): MdnsRecord[] => {
    const here = place();
    return here ? records(here) : [];
  };
  const announce = () => {
    if (!closed) mdns.respond({ answers: told(recordsOf) }, (error) => error && complain(error));
  };
  mdns.on("error", complain);
  mdns.on("warning", complain);
  mdns.on("query", (query, from) => {
    const here = place();
    const found = here && answersTo(query.questions, query.answers ?? [], here);
    // A port 0 cannot be answered, and sending to it throws.
    if (closed || !found || from.port === 0 || !isLocal(from.address)) return;
    const done = (error: Error | null) => error && complain(error);
    if (from.port === MDNS_PORT) return mdns.respond(found, done);
    // Somebody without multicast DNS asks (RFC 6762 section 6.7): answered alone, like by any name server.
    mdns.respond({ ...found, id: query.id ?? 0, questions: query.questions }, from, done);
  });
  if (!socket) {
    mdns.on("networkInterface", () => {
      announce();
      clock.after(AGAIN_MS, announce);
    });
  }

  return {
    close: () =>
      new Promise((resolve) => {
        const end = () => {
          closed = true;
          mdns.destroy(() => resolve());
        };
        if (socket) return end();
        mdns.respond({ answers: told(goodbyeOf) }, end);
      }),
  };
}
