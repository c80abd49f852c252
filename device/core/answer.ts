import type { Payload } from "./frame";

/** A long payload, written piece by piece when it is sent: as one text it would need a long piece of the heap until then. */
export interface Pieces {
  count(): number;
  /** ASCII. */
  piece(index: number): string;
}

/** A frame from its beginning and its pieces. */
export function textIn(head: string, pieces: Pieces): string {
  let text = head;
  for (let i = 0; i < pieces.count(); i++) text += pieces.piece(i);
  return `${text}]`;
}

/** The answer to a call: a CALLERROR where `code` is set, else a result, in pieces where there are some. */
export interface Answer {
  code: string;
  description: string;
  payload: Payload;
  pieces: Pieces | undefined;
}

/** A CALLRESULT. */
export function result(payload: Payload): Answer {
  return { code: "", description: "", payload, pieces: undefined };
}

/** A CALLRESULT of a long payload. */
export function resultIn(pieces: Pieces): Answer {
  return { code: "", description: "", payload: {}, pieces };
}

/** A CALLRESULT with only a status. */
export function status(text: string): Answer {
  return result({ status: text });
}

/** A CALLERROR. */
export function error(code: string, description: string): Answer {
  return { code, description, payload: {}, pieces: undefined };
}

/** A CALLERROR for a member that is missing or of a wrong kind. */
export function missing(what: string): Answer {
  return error("FormationViolation", `${what} missing or wrong`);
}

/** A frame to send: to the topic of calls, or that of replies. Where there are pieces, they and a bracket follow the text. */
export interface Outgoing {
  reply: boolean;
  text: string;
  pieces: Pieces | undefined;
}
