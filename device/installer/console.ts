import { AppError } from "../../shared/error";
import type { SerialPortLike } from "./serial-port";

const BAUD = 115200;
const LONGEST_LINE = 500;

/** One line of the charger's self-test (device/src/board.ts). */
export interface TestLine {
  step: string;
  state: "ok" | "failed" | "wait";
  info: string;
}

/** Reads a line of the charger's console: a step, "passed", "not passed", or undefined for anything else. */
export function parseTestLine(line: string): TestLine | "passed" | "not passed" | undefined {
  const end = /selftest (passed|not passed)\s*$/.exec(line);
  if (end) return end[1] === "passed" ? "passed" : "not passed";
  const step = /selftest ([a-z-]+) (ok|failed|wait): ([ -~]*)/.exec(line);
  if (!step) return undefined;
  const [, name = "", state = "", info = ""] = step;
  return { step: name, state: state === "ok" || state === "wait" ? state : "failed", info: info.trimEnd() };
}

/**
 * Follows the self-test on the charger's console and reports each step. True where all are fine. The console is text between
 * the firmware's binary frames. Throws AppError `silent` when nothing of a test comes for `patienceMs`, `port_lost` when the port goes away.
 */
export async function followSelfTest(
  port: SerialPortLike,
  report: (line: TestLine) => void,
  patienceMs: number,
): Promise<boolean> {
  await port.open({ baudRate: BAUD });
  const reader = port.readable?.getReader();
  if (!reader) throw new AppError("port_busy", "The serial port cannot be read.");
  const ascii = new TextDecoder("latin1");
  let rest = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isLate = (): Promise<"late"> =>
    new Promise((resolve) => {
      timer = setTimeout(() => resolve("late"), patienceMs);
    });
  try {
    let late = isLate();
    for (;;) {
      // a device that is pulled out is an error, one that is closed an end
      const read = reader.read().catch(() => ({ done: true as const, value: undefined }));
      const result = await Promise.race([read, late]);
      if (result !== "late" && result.done) throw new AppError("port_lost", "The charger's USB port went away.");
      if (result === "late") {
        throw new AppError("silent", "The charger says nothing of its self-test. Is the board's I2C bus connected?");
      }
      const lines = (rest + ascii.decode(result.value)).split(/[\r\n]+/);
      rest = (lines.pop() ?? "").slice(-LONGEST_LINE);
      for (const line of lines) {
        const found = parseTestLine(line);
        if (found === undefined) continue;
        clearTimeout(timer);
        late = isLate();
        if (found === "passed" || found === "not passed") return found === "passed";
        report(found);
      }
    }
  } finally {
    clearTimeout(timer);
    await reader.cancel().catch(() => undefined);
    reader.releaseLock();
    await port.close().catch(() => undefined);
  }
}
