// flash.sh's other half: installs and builds what is missing, then runs the installer.
import { ensureInstalled, root, run } from "../../scripts/lib/install.mjs";

try {
  await ensureInstalled();
  const { buildDevice } = await import("../../scripts/lib/build-device.mjs");
  await buildDevice();
  // by its address: whoever runs flash.sh may stand in any folder
  const args = ["--import", import.meta.resolve("tsx"), `${root}/device/installer/main.ts`, ...process.argv.slice(2)];
  await run(process.execPath, args, { cwd: process.cwd(), stdio: "inherit" });
} catch (error) {
  // the installer has said itself what went wrong
  if (!(error instanceof Error && error.message.includes("device/installer/main.ts"))) {
    console.error(error instanceof Error ? error.message : error);
  }
  process.exitCode = 1;
}
