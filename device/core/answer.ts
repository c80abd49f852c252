import type { Payload } from "./frame";

/** The answer to a call: a CALLERROR where `code` is set, else a result. */
export interface Answer {
  code: string;
  description: string;
  payload: Payload;
}

/** A CALLRESULT. */
export function result(payload: Payload): Answer {
  return { code: "", description: "", payload };
}

/** A CALLRESULT with only a status. */
export function status(text: string): Answer {
  return result({ status: text });
}

/** A CALLERROR. */
export function error(code: string, description: string): Answer {
  return { code, description, payload: {} };
}

/** A CALLERROR for a member that is missing or of a wrong kind. */
export function missing(what: string): Answer {
  return error("FormationViolation", `${what} missing or wrong`);
}
