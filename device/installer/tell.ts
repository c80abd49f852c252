import { BOARDS } from "../../shared/board-firmware";
import { stepNames } from "./install";
import type { Progress, StepName } from "./install";
import type { Plan } from "./plan";

const parts = { firmware: "firmware", program: "program and settings" } as const;

function titleOf(step: StepName, { board, cpId, apiUrl }: Plan): string {
  switch (step) {
    case "firmware":
      return `firmware for ${board}`;
    case "claim":
      return `claim ${cpId} at ${apiUrl}`;
    case "flash":
      return `flash ${BOARDS[board].chip}: firmware, program, settings`;
    case "self-test":
      return "self-test";
    case "online":
      return "the charger connects to the hub";
    case "label":
      return "label";
  }
}

/** A line of the log; `again`: it replaces the one before. */
interface Line {
  text: string;
  again: boolean;
}

function line(text: string, again = false): Line {
  return { text, again };
}

/** What happens as a line of the log, for a terminal and for the page's log. Null: nothing to say. No secret is in it. */
export function lineOf(progress: Progress, plan: Plan): Line | null {
  switch (progress.kind) {
    case "step": {
      if (progress.state === "done") return null;
      const head = `[${stepNames.indexOf(progress.step) + 1}/${stepNames.length}] ${titleOf(progress.step, plan)}`;
      const ends = { begun: "", before: ": done before", planned: ": would run" };
      return line(head + ends[progress.state]);
    }
    case "firmware": {
      const proof = progress.verified ? "as given" : "unverified: compare it, or give --sha256";
      return line(`  SHA-256 ${progress.sha256} (${proof})`);
    }
    case "part":
      return line(`  ${parts[progress.part]}: ${progress.percent} %`, true);
    case "test": {
      const { step, state, info } = progress.line;
      return line(`  ${step}: ${state === "wait" ? "" : `${state}, `}${info}`);
    }
    case "label":
      return line(`  ${progress.cpId}: ${progress.url}`);
  }
}
