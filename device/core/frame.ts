/** OCPP-J frames (OCPP-J 1.6 section 4). Outgoing text is ASCII: the VM's JSON.stringify damages anything else. */

export const CALL = 2;
export const CALL_RESULT = 3;
export const CALL_ERROR = 4;

/** The longest frame that is looked at, in characters. */
export const MAX_FRAME = 2048;

/** An id tag's characters (CiString20). */
const MAX_ID_TAG = 20;

/** Opening brackets in a frame: more than any request of the profiles we have. */
const MAX_OPEN = 64;

export type Payload = Record<string, unknown>;

export interface Frame {
  type: number;
  id: string;
  /** Of a call. */
  action: string;
  /** Of a call or a result. */
  payload: Payload;
  /** Of an error. */
  errorCode: string;
}

/** What came in: a frame, or a call that can be answered but not understood (`id` set), or noise (`id` ""). */
interface Decoded {
  frame: Frame | undefined;
  id: string;
}

/** Nothing but printable ASCII, which is all that a CiString may have (OCPP 1.6 section 2.3)? */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code > 126) return false;
  }
  return true;
}

/** An object, no array. */
export function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function noise(id: string): Decoded {
  return { frame: undefined, id };
}

/**
 * The VM's JSON parser recurses and would overrun its stack, so no frame may nest deeper than MAX_OPEN, and counting the
 * brackets bounds that. Native indexOf does it: the VM takes a loop over each character of a burst for an endless one.
 */
function hasFewBrackets(text: string): boolean {
  let open = 0;
  for (const mark of ["[", "{"]) {
    for (let at = text.indexOf(mark); at >= 0 && open <= MAX_OPEN; at = text.indexOf(mark, at + 1)) open++;
  }
  return open <= MAX_OPEN;
}

function parse(text: string): unknown {
  if (text.length > MAX_FRAME || !hasFewBrackets(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads a frame; see `Decoded` for what is none. */
export function decodeFrame(text: string): Decoded {
  const value = parse(text);
  if (!Array.isArray(value)) return noise("");
  const parts = value as unknown[];
  const type = parts[0];
  const id = parts[1];
  if (typeof id !== "string" || id.length === 0 || id.length > 36 || !isAscii(id)) return noise("");
  const frame: Frame = { type: 0, id, action: "", payload: {}, errorCode: "" };
  if (type === CALL_RESULT && parts.length === 3 && isObject(parts[2])) {
    frame.type = CALL_RESULT;
    frame.payload = parts[2] as Payload;
    return { frame, id };
  }
  if (type === CALL_ERROR) {
    frame.type = CALL_ERROR;
    frame.errorCode = typeof parts[2] === "string" ? parts[2] : "GenericError";
    return { frame, id };
  }
  if (type !== CALL) return noise("");
  if (parts.length !== 4 || typeof parts[2] !== "string" || !isObject(parts[3])) return noise(id);
  frame.type = CALL;
  frame.action = parts[2];
  frame.payload = parts[3] as Payload;
  return { frame, id };
}

/** `[2, id, action, payload]`. */
export function encodeCall(id: string, action: string, payload: Payload): string {
  return JSON.stringify([CALL, id, action, payload]);
}

/** `[3, id, payload]`. */
export function encodeResult(id: string, payload: Payload): string {
  return JSON.stringify([CALL_RESULT, id, payload]);
}

/** `[3, id, payload]` up to the payload. */
export function resultHead(id: string): string {
  return `[${CALL_RESULT},${JSON.stringify(id)},`;
}

/** The id of a call of which there is only the beginning, "" where it is none. */
export function idOfHead(head: string): string {
  const end = head.indexOf('"', 4);
  const id = head.slice(0, 4) === '[2,"' && end > 0 ? head.slice(4, end) : "";
  return id.length <= 36 && isAscii(id) && id.indexOf("\\") < 0 ? id : "";
}

/** `[4, id, code, description, {}]`. */
export function encodeError(id: string, code: string, description: string): string {
  return JSON.stringify([CALL_ERROR, id, code, description, {}]);
}

/**
 * A string member of a payload of 1 to `max` characters of printable ASCII, or undefined. All that we read are CiStrings, enumerations and times: with
 * anything else in them they are none, and what they would become in flash and in answers is longer than they are.
 */
export function textOf(payload: Payload, key: string, max: number): string | undefined {
  const value = payload[key];
  const fits = typeof value === "string" && value.length > 0 && value.length <= max && isAscii(value);
  return fits ? value : undefined;
}

/** Is this an id tag (IdToken, CiString20)? */
export function isIdTag(text: string): boolean {
  return text.length > 0 && text.length <= MAX_ID_TAG && isAscii(text);
}

/** An int32. */
export function isInt(value: unknown): boolean {
  return typeof value === "number" && (value | 0) === value;
}

/** An int32 member of a payload, or undefined. */
export function integerOf(payload: Payload, key: string): number | undefined {
  const value = payload[key];
  return isInt(value) ? (value as number) : undefined;
}

function idTagInfo(payload: Payload, key: string): string {
  const info = payload["idTagInfo"];
  if (!isObject(info)) return "";
  const text = textOf(info as Payload, key, 20);
  return text === undefined ? "" : text;
}

/** The status inside `idTagInfo` of an Authorize, StartTransaction or StopTransaction answer, "" where there is none. */
export function idTagStatus(payload: Payload): string {
  return idTagInfo(payload, "status");
}

/** The group inside `idTagInfo`, "" where there is none. */
export function idTagParent(payload: Payload): string {
  return idTagInfo(payload, "parentIdTag");
}
