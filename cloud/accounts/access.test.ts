import { APIError } from "better-auth/api";
import { expect, it } from "vitest";
import { userOf } from "./access";
import type { Auth } from "./auth";

const authThat = (fails: unknown) =>
  ({
    userOfCookie: () => Promise.resolve(undefined),
    api: { getSession: () => Promise.reject(fails) },
  }) as never as Auth;

it("a sign-in that cannot be looked up is worth another try, and is no sign-out", async () => {
  const failed = new APIError("INTERNAL_SERVER_ERROR", { message: "Failed to get session" });
  await expect(userOf(authThat(failed), new Headers())).rejects.toMatchObject({ code: "unavailable", status: 503 });
});

it("whatever else the library refuses stays as it says", async () => {
  const refused = new APIError("UNAUTHORIZED", { message: "Failed to get session" });
  await expect(userOf(authThat(refused), new Headers())).rejects.toBe(refused);
});
