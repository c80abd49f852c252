import "../../driver/driver.css";
import "../account.css";
import { useEffect, useState } from "preact/hooks";
import { Show, useLoad } from "../../parts/load";
import { channels } from "../api";
import type { Channel, Settings } from "../api";
import { AccountFrame, Act, Trouble } from "../parts/bits";
import { disablePush, enablePush, pushState } from "../push";
import type { PushState } from "../push";
import { isOn, linesOf, switched } from "../settings-model";
import type { Line } from "../settings-model";
import { useAccount, useDoing } from "../use";
import type { AccountT } from "../words";

/** By which ways one hears of what; the inbox has everything. */
export default function NotificationsPage() {
  const { words, t, account } = useAccount();
  const [loaded, again] = useLoad("settings", account.settings);
  return (
    <AccountFrame tab="notices">
      <p class="lead">{t("noticesLead")}</p>
      <Show loaded={loaded} words={words} again={again} height="form">
        {(value) => (
          <>
            <ThisDevice />
            <Channels start={value.channels} />
          </>
        )}
      </Show>
    </AccountFrame>
  );
}

const pushTexts = { on: "pushOn", off: "pushOff", refused: "errorPushRefused", none: "pushNone" } as const;

/** Whether this browser shows messages of the app, also while it is closed. */
function ThisDevice() {
  const { t, account } = useAccount();
  const [state, setState] = useState<PushState | null>(null);
  const doing = useDoing();
  const look = () => void pushState(globalThis).then(setState);
  useEffect(look, []);
  const change = async (on: boolean) => {
    await doing.run("push", () => (on ? enablePush : disablePush)(globalThis, account));
    look();
  };
  return (
    <section class="card stack" aria-labelledby="device">
      <div class="device-text">
        <h2 id="device">{t("here")}</h2>
        <p class="sub" role="status">
          {state === null ? "" : t(pushTexts[state])}
        </p>
      </div>
      <Trouble error={doing.error} />
      <Act busy={doing.busy !== null || state === null} onClick={() => void change(state !== "on")}>
        {t(state === "on" ? "pushEnd" : "pushBegin")}
      </Act>
    </section>
  );
}

const channelKeys = { email: "viaEmail", sms: "viaSms", push: "viaPush" } as const;
const groupKeys = { driver: "forDrivers", owner: "forOwners", other: "forBoth" } as const;

function Channels({ start }: { start: Settings }) {
  const { words, t, account } = useAccount();
  const [settings, setSettings] = useState(start);
  const doing = useDoing();
  async function change(line: Line, channel: Channel, on: boolean): Promise<void> {
    const [before, changes] = [settings, switched(settings, line, channel, on)];
    setSettings({ ...settings, ...changes });
    if (!(await doing.run("settings", () => account.changeSettings(changes)))) setSettings(before);
  }
  return (
    <section class="card stack" aria-labelledby="channels">
      <div>
        <h2 id="channels">{t("channelsTitle")}</h2>
        <p class="sub">{t("smsNeedsPhone")}</p>
      </div>
      <Trouble error={doing.error} />
      <table class="channels">
        <thead>
          <tr>
            <th scope="col">{t("what")}</th>
            {channels.map((channel) => (
              <th scope="col" key={channel}>
                {t(channelKeys[channel])}
              </th>
            ))}
          </tr>
        </thead>
        {linesOf(settings).map(({ group, lines }) => (
          <tbody key={group}>
            <tr>
              <th scope="rowgroup" colSpan={4} class="group">
                {t(groupKeys[group])}
              </th>
            </tr>
            {lines.map((line) => (
              <tr key={line.name}>
                <th scope="row">{kindText(line, t)}</th>
                {channels.map((channel) => (
                  <td key={channel}>
                    <label class="tick">
                      <span class="sr">{`${kindText(line, t)}: ${t(channelKeys[channel])}`}</span>
                      <input
                        type="checkbox"
                        checked={isOn(settings, line, channel)}
                        onChange={(event) => void change(line, channel, event.currentTarget.checked)}
                      />
                    </label>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
      <p class="saved" role="status">
        {doing.done ? words.t("saved") : null}
      </p>
    </section>
  );
}

function kindText({ name }: Line, t: AccountT): string {
  return name === "other" ? t("kindOther") : t(`kind_${name}`);
}
