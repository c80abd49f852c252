import { check, marks } from "../common/icons";
import type { InstallerTexts } from "./words";
import { useBench } from "./words";
import { steps } from "./view";
import type { StepState, View } from "./view";

export const stepTitles = {
  firmware: "stepFirmware",
  claim: "stepClaim",
  flash: "stepFlash",
  "self-test": "stepTest",
  online: "stepOnline",
  label: "stepLabel",
} as const satisfies Record<string, keyof InstallerTexts>;

const states = {
  waiting: "stateWaiting",
  now: "stateNow",
  done: "stateDone",
  failed: "stateFailed",
} as const satisfies Record<StepState, keyof InstallerTexts>;
const signs = { waiting: marks.free, now: marks.busy, done: check, failed: marks.faulted } satisfies Record<
  StepState,
  unknown
>;

/** The parts of the board's test (device/board/self-test.ts). */
const tests = {
  relay: "testRelay",
  meter: "testMeter",
  "emergency-stop": "testStop",
  rcd: "testRcd",
} as const satisfies Record<string, keyof InstallerTexts>;
const results = { ok: "testOk", failed: "testFailed", wait: "testWait" } as const;

/** How far each step is, in sign and word, with what it has found. */
export function Steps({ view }: { view: View }) {
  const { t } = useBench();
  return (
    <ol class="card steps" aria-label={t("steps")}>
      {steps.map((step) => (
        <li
          key={step}
          class={`step step-${view.steps[step]}`}
          aria-current={view.steps[step] === "now" ? "step" : undefined}
        >
          {signs[view.steps[step]]}
          <div>
            <p class="step-title">{t(stepTitles[step])}</p>
            <p class="sub">{t(states[view.steps[step]])}</p>
            {step === "firmware" && view.firmware ? <Sum {...view.firmware} /> : null}
            {step === "flash" && view.parts ? <Parts {...view.parts} /> : null}
            {step === "self-test" && view.tests.length > 0 ? <Tests lines={view.tests} /> : null}
          </div>
        </li>
      ))}
    </ol>
  );
}

function Sum({ sha256, verified }: { sha256: string; verified: boolean }) {
  const { t } = useBench();
  return <p class="sub">{t(verified ? "sumGiven" : "sumUnverified", { sum: sha256 })}</p>;
}

function Parts({ firmware, program }: { firmware: number; program: number }) {
  const { t } = useBench();
  const rows = [
    ["partFirmware", firmware],
    ["partProgram", program],
  ] as const;
  return (
    <div class="parts">
      {rows.map(([key, value]) => (
        <div key={key}>
          <label for={key}>
            {t(key)} <span class="sub">{t("percent", { value })}</span>
          </label>
          <progress id={key} max={100} value={value} />
        </div>
      ))}
    </div>
  );
}

function Tests({ lines }: { lines: View["tests"] }) {
  const { t } = useBench();
  return (
    <dl class="facts">
      {lines.map(({ step, state, info }) => (
        <div key={step}>
          <dt>{Object.hasOwn(tests, step) ? t(tests[step as keyof typeof tests]) : step}</dt>
          <dd class={state === "failed" ? "wrong" : undefined}>
            {t(results[state])}
            <span class="sub" lang="en">
              {info}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
