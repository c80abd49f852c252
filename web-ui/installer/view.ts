import type { TestLine } from "../../device/installer/console";
import type { Progress, StepName } from "../../device/installer/install";

/** The steps in their order; the page shows them before it has loaded what does them. */
export const steps = ["firmware", "claim", "flash", "self-test", "online", "label"] as const satisfies StepName[];

export type StepState = "waiting" | "now" | "done" | "failed";

/** What the page shows of an installation. */
export interface View {
  steps: Record<StepName, StepState>;
  /** Percent. */
  parts: { firmware: number; program: number } | null;
  firmware: { sha256: string; verified: boolean } | null;
  /** The last that the board said of each part of its test. */
  tests: TestLine[];
  label: { cpId: string; url: string } | null;
}

/** An installation of which these steps are done. */
export function viewOf(done: readonly string[] = []): View {
  const state = (step: StepName): StepState => (done.includes(step) ? "done" : "waiting");
  return {
    steps: Object.fromEntries(steps.map((step) => [step, state(step)])) as Record<StepName, StepState>,
    parts: null,
    firmware: null,
    tests: [],
    label: null,
  };
}

/** What the page shows after one more thing has happened. */
export function after(view: View, progress: Progress): View {
  switch (progress.kind) {
    case "step": {
      const state = progress.state === "begun" || progress.state === "planned" ? "now" : "done";
      return { ...view, steps: { ...view.steps, [progress.step]: state } };
    }
    case "firmware":
      return { ...view, firmware: { sha256: progress.sha256, verified: progress.verified } };
    case "part": {
      const parts = view.parts ?? { firmware: 0, program: 0 };
      return { ...view, parts: { ...parts, [progress.part]: progress.percent } };
    }
    case "test": {
      const { line } = progress;
      const known = view.tests.some(({ step }) => step === line.step);
      const tests = known ? view.tests.map((each) => (each.step === line.step ? line : each)) : [...view.tests, line];
      return { ...view, tests };
    }
    case "label":
      return { ...view, label: { cpId: progress.cpId, url: progress.url } };
  }
}

/** The step that was under way has failed. */
export function failed(view: View): View {
  const ended = steps.map((step) => [step, view.steps[step] === "now" ? "failed" : view.steps[step]]);
  return { ...view, steps: Object.fromEntries(ended) as Record<StepName, StepState> };
}

/** What somebody has to do at the board now, null: nothing. The words are those of device/board/self-test.ts. */
export function askedOf({ tests }: View): "press" | "release" | "other" | null {
  const line = tests.find(({ state }) => state === "wait");
  if (!line) return null;
  if (line.step !== "emergency-stop") return "other";
  return line.info.startsWith("press") ? "press" : "release";
}
