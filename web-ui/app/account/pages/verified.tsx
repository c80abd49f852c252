import "../../driver/driver.css";
import "../account.css";
import { useLocation } from "preact-iso";
import { useAccount } from "../use";

/** Where the links of mails that confirm an address lead in the end; `?error=` says that a link was too old or used. */
export default function VerifiedPage() {
  const { words, t, user } = useAccount();
  const { query } = useLocation();
  const failed = Boolean(query["error"]);
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
