import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { SerialPort } from "serialport";
import { AppError } from "../../shared/error";
import { findBuilt } from "../virtual/built";
import { readConfig, USAGE, UsageError } from "./config";
import { install } from "./install";
import type { Progress } from "./install";
import { label } from "./label";
import { findFirmware } from "./node-firmware";
import { choosePort, NodePort } from "./node-port";
import { StateFile } from "./state-file";
import { lineOf } from "./tell";

/** Asks without showing what is typed. */
async function askSecret(question: string): Promise<string> {
  if (!process.stdin.isTTY) throw new AppError("no_terminal", `${question.trim()} Set it in the environment (--help).`);
  process.stderr.write(question);
  const lines = createInterface({ input: process.stdin, terminal: true, historySize: 0 });
  return await new Promise((resolve) => {
    lines.once("line", (line) => {
      lines.close();
      process.stderr.write("\n");
      resolve(line);
    });
  });
}

try {
  const config = await readConfig(process.argv.slice(2), askSecret);
  if (!config) process.stdout.write(USAGE);
  else {
    const report = (progress: Progress): void => {
      const line = lineOf(progress, config);
      if (progress.kind === "label") process.stdout.write(`\n${label(progress.cpId, progress.url)}`);
      else if (line) process.stdout.write(line.again && process.stdout.isTTY ? `\r${line.text}  ` : `\n${line.text}`);
    };
    const passed = await install(config, {
      report,
      findPort: async () =>
        new NodePort(
          choosePort(await SerialPort.list(), config.serial),
          (path, baudRate) => new SerialPort({ path, baudRate, autoOpen: false, hupcl: false }),
        ),
      firmware: () => findFirmware({ ...config, file: config.firmware, fetch }),
      program: () => readFile(findBuilt().board),
      state: new StateFile(config.stateFile),
      fetch,
    });
    const done = config.dryRun ? "Nothing was done." : "Done.";
    process.stdout.write(`\n${passed ? done : "The self-test was not passed: do not use this charger."}\n`);
    if (!passed) process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof AppError) process.stderr.write("Run the same command again to go on from here.\n");
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
