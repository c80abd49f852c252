import "../../driver/driver.css";
import "../account.css";
import { useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import { useAccount } from "../use";

/** Where the links of mails that confirm an address lead in the end; `?error=` says that a link was too old or used. */
export default function VerifiedPage() {
  const { words, t, user, account } = useAccount();
  const { query } = useLocation();
  const failed = Boolean(query["error"]);
  // What is sent to a new account is in the language that its owner reads here.
  useEffect(() => {
    if (user && !failed) void account.change({ language: words.lang });
  }, []);
  return (
    <main id="main" class="narrow">
      <div class="head">
        <h1>{t(failed ? "verifyFailed" : "verified")}</h1>
        <p class="lead">{t(failed ? "verifyFailedText" : "verifiedText")}</p>
      </div>
      <a class="button primary" href={user ? "/" : "/sign-in"}>
        {user ? words.t("navFind") : words.t("signIn")}
      </a>
    </main>
  );
}
