/**
 * OCPP-J frames (OCPP-J 1.6 section 4.2): the standard's array, and the object form of EMQX's OCPP gateway that travels over MQTT.
 * Pure: text in, meaning out. What cannot be understood says how to answer it.
 */

/** Error codes in the spelling of OCPP-J 1.6 section 4.2.3, slips of the pen included. */
export const errorCodes = [
  "NotImplemented",
  "NotSupported",
  "InternalError",
  "ProtocolError",
  "SecurityError",
  "FormationViolation",
  "PropertyConstraintViolation",
  "OccurenceConstraintViolation",
  "TypeConstraintViolation",
  "GenericError",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

export type Form = "array" | "object";

/** Chargers are not agreed on whether an id is a text: a number is taken, and echoed as one. */
export type MessageId = string | number;

export type Frame =
  | { kind: "call"; form: Form; id: MessageId; action: string; payload: object }
  | { kind: "result"; form: Form; id: MessageId; payload: unknown }
  | { kind: "error"; form: Form; id: MessageId; code: string; description: string; details: unknown }
  /** Answer it with a CALLERROR, or not at all where `answer` is false: an answer to an answer could go on for ever. */
  | { kind: "malformed"; form: Form; id: MessageId; code: ErrorCode; description: string; answer: boolean };

interface ParseOptions {
  /** The object form is understood too. */
  objectForm?: boolean;
}

/** Id of an answer to a message whose own id cannot be read. */
const UNKNOWN_ID = "-1";
const MAX_ID = 255;

/** Reads one frame. Never throws. */
export function parseFrame(text: string, options: ParseOptions = {}): Frame {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    const form = options.objectForm && text.trimStart().startsWith("{") ? "object" : "array";
    return malformed(form, salvageId(text), "this is not JSON");
  }
  if (Array.isArray(json)) return parseArray(json);
  if (options.objectForm && isObject(json)) return parseObject(json);
  return malformed("array", UNKNOWN_ID, "an array such as [2, id, action, payload] is expected");
}

function parseArray(frame: unknown[]): Frame {
  const [type, id] = frame;
  switch (type) {
    case 2:
      return parseCall("array", id, frame[2], frame[3]);
    case 3:
      return parseResult("array", id, frame[2]);
    case 4:
      return parseError("array", id, frame[2], frame[3], frame[4]);
    default:
      return malformed("array", isId(id) ? id : UNKNOWN_ID, "message type 2, 3 or 4 is expected");
  }
}

function parseObject(frame: Record<string, unknown>): Frame {
  const id = frame["UniqueId"];
  switch (frame["MessageTypeId"]) {
    case 2:
      return parseCall("object", id, frame["Action"], frame["Payload"]);
    case 3:
      return parseResult("object", id, frame["Payload"]);
    case 4:
      return parseError("object", id, frame["ErrorCode"], frame["ErrorDescription"], frame["ErrorDetails"]);
    default:
      return malformed("object", isId(id) ? id : UNKNOWN_ID, "MessageTypeId 2, 3 or 4 is expected");
  }
}

function parseCall(form: Form, id: unknown, action: unknown, payload: unknown): Frame {
  if (!isId(id)) return malformed(form, UNKNOWN_ID, "the message id must be a text of 1 to 36 characters");
  if (typeof action !== "string" || action === "") return malformed(form, id, "the action must be a text");
  if (payload !== undefined && payload !== null && !isObject(payload)) {
    return malformed(form, id, "the payload must be an object");
  }
  return { kind: "call", form, id, action, payload: payload ?? {} };
}

function parseResult(form: Form, id: unknown, payload: unknown): Frame {
  if (!isId(id)) return { ...malformed(form, UNKNOWN_ID, "a result without the id of its call"), answer: false };
  return { kind: "result", form, id, payload: payload ?? {} };
}

function parseError(form: Form, id: unknown, code: unknown, description: unknown, details: unknown): Frame {
  if (!isId(id)) return { ...malformed(form, UNKNOWN_ID, "an error without the id of its call"), answer: false };
  return {
    kind: "error",
    form,
    id,
    code: typeof code === "string" && code !== "" ? code : "GenericError",
    description: typeof description === "string" ? description : "",
    details: details ?? {},
  };
}

type Malformed = Extract<Frame, { kind: "malformed" }>;

function malformed(form: Form, id: MessageId, description: string): Malformed {
  return { kind: "malformed", form, id, code: "FormationViolation", description, answer: true };
}

/** The id of a call whose rest is broken, so that its sender can tell which one it was. */
function salvageId(text: string): string {
  return /^\s*\[\s*2\s*,\s*"([^"\\]{1,36})"/.exec(text)?.[1] ?? UNKNOWN_ID;
}

function isId(id: unknown): id is MessageId {
  return typeof id === "string" ? id !== "" && id.length <= MAX_ID : typeof id === "number";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function encodeCall(form: Form, id: MessageId, action: string, payload: unknown): string {
  return form === "array"
    ? JSON.stringify([2, id, action, payload])
    : JSON.stringify({ MessageTypeId: 2, UniqueId: id, Action: action, Payload: payload });
}

export function encodeResult(form: Form, id: MessageId, payload: unknown): string {
  return form === "array"
    ? JSON.stringify([3, id, payload])
    : JSON.stringify({ MessageTypeId: 3, UniqueId: id, Payload: payload });
}

/** The description is cut to the 255 characters that the standard allows. */
export function encodeError(form: Form, id: MessageId, code: ErrorCode, description: string): string {
  const text = description.slice(0, 255);
  return form === "array"
    ? JSON.stringify([4, id, code, text, {}])
    : JSON.stringify({ MessageTypeId: 4, UniqueId: id, ErrorCode: code, ErrorDescription: text });
}
