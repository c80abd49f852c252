import type { Answer } from "./api";
import { forgetAll } from "./driver/keep";
import type { Store } from "./driver/keep";
import type { User } from "./types";

/**
 * Who uses this browser. The app opens for whoever was signed in last also where there is no line; what it has kept is theirs alone, and goes when they
 * sign out or somebody else signs in.
 */

const userKey = "hitchpost user";
const leavingKey = "hitchpost leaving";

function keptUser(store: Store): User | null {
  try {
    const user = JSON.parse(store.getItem(userKey) ?? "null") as User | null;
    return typeof user?.id === "string" ? user : null;
  } catch {
    return null;
  }
}

/** Notes who is signed in; what another had kept here is forgotten. */
export function keepUser(store: Store, user: User | null): void {
  if (user === null || keptUser(store)?.id !== user.id) forgetAll(store);
  try {
    if (user === null) store.removeItem(userKey);
    else store.setItem(userKey, JSON.stringify({ id: user.id, email: user.email, name: user.name }));
  } catch {
    // A full or closed store: the app works on, only not without a line.
  }
}

/** Who the app opens for: whom the cloud knows by the cookie, or without a line whoever was there last. */
export function whoIs(answer: Answer<{ user: User } | null>, store: Store): User | null {
  if (!answer.ok) return store.getItem(leavingKey) === null ? keptUser(store) : null;
  const user = answer.value?.user ?? null;
  keepUser(store, user);
  return user;
}

/** Signs out: everything kept goes at once, whether or not the cloud hears of it now. */
export async function leave(signOut: () => Promise<Answer<unknown>>, store: Store): Promise<void> {
  keepUser(store, null);
  store.setItem(leavingKey, "1");
  await finishLeaving(signOut, store);
}

/** Tells the cloud of a signing out that it has not heard of, before anything else is asked with that cookie. */
export async function finishLeaving(signOut: () => Promise<Answer<unknown>>, store: Store): Promise<void> {
  if (store.getItem(leavingKey) === null) return;
  const answer = await signOut();
  if (answer.ok || answer.error.code === "unauthorized") store.removeItem(leavingKey);
}
