/** Where somebody goes on after signing in: an address of this app, kept in the address (`?back=`) while they do. */

/** A path of this app's own out of an address; anything else leads to the start. */
export function backOf(text: string | undefined): string {
  return text && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : "/";
}

/** The page to sign in at, or to make an account at, that leads back there. */
export function signInPath(page: "/sign-in" | "/sign-up", back: string): string {
  return back === "/" ? page : `${page}?back=${encodeURIComponent(back)}`;
}
