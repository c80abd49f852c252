import { useLocation } from "preact-iso";
import { signInPath } from "../../back";
import { useDoing } from "../../parts/doing";
import { forgetShare, shareOf } from "../share";
import { useDriver } from "../use";
import { shareError } from "../errors";
import { Note, Trouble } from "./bits";

/** For who came by a share link and is not in yet: to sign in, then to join. */
export function Join({ siteId, onJoined }: { siteId: string; onJoined: () => void }) {
  const { words, t, driver, user } = useDriver();
  const { path } = useLocation();
  const doing = useDoing();
  const join = async () => {
    const done = await doing.run("join", () => driver.joinPlace(siteId, shareOf(siteId) ?? ""));
    if (!done) return;
    forgetShare(siteId);
    onJoined();
  };
  return (
    <Note>
      <div class="stack">
        <div>
          <h2>{t("shareTitle")}</h2>
          <p>{t(user ? "shareJoinText" : "shareSignIn")}</p>
        </div>
        <Trouble error={doing.error} words={words} explain={shareError} />
        <div class="pair-buttons">
          {user ? (
            <button
              class="button primary"
              type="button"
              aria-busy={doing.busy !== null}
              aria-disabled={doing.busy !== null}
              onClick={() => void join()}
            >
              {t("shareJoin")}
            </button>
          ) : (
            <>
              <a class="button primary" href={signInPath("/sign-up", path)}>
                {words.t("signUp")}
              </a>
              <a class="button quiet" href={signInPath("/sign-in", path)}>
                {words.t("signIn")}
              </a>
            </>
          )}
        </div>
      </div>
    </Note>
  );
}
