import { useEffect, useRef, useState } from "preact/hooks";
import { Act } from "../hub-admin/parts/bits";
import { useHub } from "../hub-admin/use";
import { FirmwareFile } from "./charger";
import { Copy } from "./copy";
import { planOf } from "./fields";
import type { HubPlace, Values } from "./fields";
import { fileOf } from "./file";
import type { Keep } from "./keep";
import type { BrowserPorts } from "./ports";
import { runInstall } from "./run-install";
import type { Stopped } from "./run-install";
import { Steps, stepTitles } from "./steps";
import { after, askedOf, failed, steps, viewOf } from "./view";
import { troubleText, useBench } from "./words";

const asks = { press: "press", release: "release" } as const;

/** The installation itself: the port, how far it is, what the board tells, and what to do where it stops. */
export function Run(props: {
  values: Values;
  place: HubPlace;
  keep: Keep;
  /** It was begun before this page was opened. */
  resumed: boolean;
  file: Uint8Array | null;
  onFile: (file: Uint8Array | null) => void;
  onChange: () => void;
  onDone: (label: { cpId: string; url: string }) => void;
}) {
  const { values, place, keep, file } = props;
  const bench = useBench();
  const { t } = bench;
  const { words } = useHub();
  const ports = bench.ports as BrowserPorts;
  const [view, setView] = useState(() => viewOf(keep.load()?.done));
  const [isBusy, setBusy] = useState(false);
  const [stopped, setStopped] = useState<Stopped | null>(null);
  const [lines, setLines] = useState<{ text: string; again: boolean }[]>([]);
  const heading = useRef<HTMLHeadingElement>(null);
  const notice = useRef<HTMLDivElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const isBegun = props.resumed || stopped !== null || lines.length > 0;
  /** The file that is being read, for who goes on before it is. */
  const reading = useRef<Promise<Uint8Array | null>>(Promise.resolve(file));
  const needsFile = values.source === "file" && !keep.load()?.done.includes("self-test");

  async function go(choose: boolean) {
    setStopped(null);
    setBusy(true);
    const own = needsFile ? await reading.current : null;
    if (needsFile && own === null) {
      setBusy(false);
      return setStopped({ code: "file_missing", detail: "" });
    }
    let label: { cpId: string; url: string } | null = null;
    setView(viewOf(keep.load()?.done));
    const plan = planOf(values, place, bench.token);
    const result = await portFor(choose).then(
      () =>
        runInstall(plan, {
          bench,
          findPort: () => ports.find(),
          state: keep,
          file: own,
          report: (progress) => {
            if (progress.kind === "label") label = { cpId: progress.cpId, url: progress.url };
            setView((before) => after(before, progress));
          },
          log: (text, again) =>
            setLines((before) => [...(again && before.at(-1)?.again ? before.slice(0, -1) : before), { text, again }]),
        }),
      ({ code, message }: { code: string; message: string }) => ({ code, detail: message }),
    );
    setBusy(false);
    if (result === null && label !== null) return props.onDone(label);
    setView(failed);
    setStopped(result);
  }

  /** The port is asked for at the beginning, since another charger may still be plugged in, and where none is known; what only waits for the hub needs none. */
  async function portFor(choose: boolean): Promise<void> {
    if (keep.load()?.done.includes("self-test")) return;
    if (choose || !(await ports.isKnown())) await ports.choose();
  }

  const asked = isBusy ? askedOf(view) : null;
  // It says what to do within a minute, and may have been scrolled away.
  useEffect(() => {
    if (asked) notice.current?.scrollIntoView({ block: "nearest" });
  }, [asked]);
  const current = steps.find((step) => view.steps[step] === "now");
  const waiting = view.tests.find(({ state }) => state === "wait")?.info ?? "";
  return (
    <main id="main" class="narrow stack" tabIndex={-1}>
      <div>
        <h1 ref={heading} tabIndex={-1}>
          {t("runTitle", { cpId: values.cpId })}
        </h1>
        <p class="lead">{t(isBusy ? "running" : props.resumed && lines.length === 0 ? "resumeLead" : "runLead")}</p>
      </div>
      <div class="asked" role="status" ref={notice}>
        {asked ? (
          <p class="notice notice-warn ask">{asked === "other" ? t("act", { info: waiting }) : t(asks[asked])}</p>
        ) : null}
      </div>
      <p class="sr" role="status">
        {isBusy && current ? t(stepTitles[current]) : ""}
      </p>
      <Steps view={view} />
      {stopped ? (
        <div class="notice notice-bad" role="alert">
          <p>{troubleText(stopped, t)}</p>
          <p class="code">{words.t("errorCode", { code: stopped.code })}</p>
        </div>
      ) : null}
      {isBusy ? null : (
        <form class="stack" onSubmit={(event) => event.preventDefault()}>
          {needsFile && (file === null || stopped) ? (
            <FirmwareFile
              onChange={(form) => {
                reading.current = fileOf(form);
                void reading.current.then(props.onFile);
              }}
            />
          ) : null}
          <Act busy={false} onClick={() => void go(!isBegun)}>
            {t(isBegun ? "goOn" : "begin")}
          </Act>
          {isBegun ? (
            <Act busy={false} quiet onClick={() => void go(true)}>
              {t("otherPort")}
            </Act>
          ) : null}
          <Act busy={false} quiet onClick={props.onChange}>
            {t("change")}
          </Act>
        </form>
      )}
      {lines.length > 0 ? (
        <details class="card">
          <summary>{t("log")}</summary>
          <div class="stack command">
            <pre class="wrap">{lines.map(({ text }) => text).join("\n")}</pre>
            <Copy text={lines.map(({ text }) => text).join("\n")} label={t("copyLog")} />
          </div>
        </details>
      ) : null}
    </main>
  );
}
