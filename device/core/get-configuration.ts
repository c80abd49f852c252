import { error, missing, resultIn } from "./answer";
import type { Answer, Pieces } from "./answer";
import type { ConfigKeys } from "./config-keys";
import { isAscii } from "./frame";
import type { Payload } from "./frame";

/** A key's longest name (CiString50). */
const MAX_NAME = 50;

/** The answer to GetConfiguration (OCPP 1.6 section 6.18), a key a piece. */
class Configuration implements Pieces {
  /** `places` of keys, all of them where there are neither these nor names of none. */
  constructor(
    private config: ConfigKeys,
    private places: number[],
    private unknown: string[],
  ) {}

  private isAll(): boolean {
    return this.places.length === 0 && this.unknown.length === 0;
  }

  private known(): number {
    return this.isAll() ? this.config.count() : this.places.length;
  }

  count(): number {
    return this.known() + this.unknown.length + 2;
  }

  piece(index: number): string {
    const known = this.known();
    if (index < known) {
      const place = this.isAll() ? index : (this.places[index] as number);
      return (index === 0 ? '{"configurationKey":[' : ",") + JSON.stringify(this.config.describe(place));
    }
    if (index === known) return `${known === 0 ? '{"configurationKey":[' : ""}],"unknownKey":[`;
    const at = index - known - 1;
    if (at === this.unknown.length) return "]}";
    return (at === 0 ? "" : ",") + JSON.stringify(this.unknown[at]);
  }
}

/** GetConfiguration (section 5.8); without a list, every key. One that is asked for twice is told once. */
export function getConfiguration(config: ConfigKeys, payload: Payload): Answer {
  const asked = payload["key"];
  if (asked !== undefined && !Array.isArray(asked)) return missing("key");
  const names = asked === undefined ? [] : (asked as unknown[]);
  if (names.length > config.numberOf("GetConfigurationMaxKeys")) {
    return error("OccurenceConstraintViolation", "too many keys");
  }
  const places: number[] = [];
  const unknown: string[] = [];
  for (const name of names) {
    if (typeof name !== "string") return error("TypeConstraintViolation", "a key is no text");
    if (name.length > MAX_NAME) return error("PropertyConstraintViolation", "a key is too long");
    if (!isAscii(name)) return error("PropertyConstraintViolation", "a key is not printable ASCII");
    const place = config.indexOf(name);
    if (place >= 0 && !places.includes(place)) places.push(place);
    if (place < 0 && !unknown.includes(name)) unknown.push(name);
  }
  return resultIn(new Configuration(config, places, unknown));
}
