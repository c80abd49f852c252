import type { InstallerHost, Progress } from "../../device/installer/install";
import type { Plan } from "../../device/installer/plan";
import { AppError } from "../../shared/error";
import type { ErrorBody } from "../../shared/hub-page";
import type { Bench } from "./words";

/** What an installation in the page needs besides its plan. */
interface Effects {
  bench: Pick<Bench, "fetch" | "program" | "token">;
  findPort: InstallerHost["findPort"];
  state: InstallerHost["state"];
  /** A firmware of the person's own; null: the hub's. */
  file: Uint8Array | null;
  report: (progress: Progress) => void;
  /** A line of the log; `again`: it replaces the last. */
  log: (text: string, again: boolean) => void;
}

/** Why an installation has not come to its end, for words.ts. */
export interface Stopped {
  code: string;
  detail: string;
}

/** Runs the steps of `flash.sh` here; what flashes chips is loaded now. null: all is done. Never rejects. */
export async function runInstall(plan: Plan, effects: Effects): Promise<Stopped | null> {
  const { bench, findPort, state, file, report, log } = effects;
  try {
    const [{ install }, { lineOf }] = await Promise.all([
      import("../../device/installer/install"),
      import("../../device/installer/tell"),
    ]);
    const passed = await install(plan, {
      report: (progress) => {
        const line = lineOf(progress, plan);
        if (line) log(line.text, line.again);
        report(progress);
      },
      findPort,
      firmware: async () => file ?? (await firmwareOfHub(bench, plan)),
      program: bench.program,
      state,
      fetch: bench.fetch,
    });
    if (passed) return null;
    log("  the self-test was not passed", false);
    return { code: "self_test", detail: "" };
  } catch (error) {
    const code = error instanceof AppError ? error.code : "unknown";
    const detail = error instanceof Error ? error.message : String(error);
    log(`  ${code}: ${detail}`, false);
    return { code, detail };
  }
}

async function firmwareOfHub({ fetch, token }: Effects["bench"], { apiUrl, board }: Plan): Promise<Uint8Array> {
  const url = new URL(`/api/installer/firmware/${board}`, apiUrl);
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } }).catch((error: unknown) => {
    throw new AppError("no_hub", "The hub does not answer.", { cause: error });
  });
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  const { error } = (await response.json()) as ErrorBody;
  throw new AppError(error.code === "unauthorized" ? "wrong_token" : error.code, error.message);
}
