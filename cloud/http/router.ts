import { OpenAPIHono, z } from "@hono/zod-openapi";
import { errorSchema, invalid } from "./errors";

/** What a signed-in request carries from the middleware to its handler. */
interface Variables {
  user: { id: string; email: string; name: string };
}
export interface AppEnv {
  Variables: Variables;
}

/** A router of one capability: its routes describe themselves, and a request that does not fit is refused in the one form of error. */
export function createRouter() {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalid(result.error);
    },
  });
}

/** A JSON answer in a route's description. */
export function json<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { "application/json": { schema } } };
}

/** A JSON body in a route's description; always required. */
export function body<S extends z.ZodType>(schema: S) {
  return { required: true, content: { "application/json": { schema } } };
}

/** Errors that a route's description names. */
export const failures = {
  400: json("The request does not fit.", errorSchema),
  401: json("Nobody is signed in.", errorSchema),
  403: json("The signed-in user may not do this.", errorSchema),
  404: json("There is no such thing, or it is another's.", errorSchema),
  409: json("It contradicts what is there.", errorSchema),
  410: json("It is over.", errorSchema),
  429: json("Too many tries; Retry-After says when to come back.", errorSchema),
};
