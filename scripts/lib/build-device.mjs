// Builds the charger: bytecode by the DeviceScript compiler, and the VM's factory cut out of the compiler's bundle.
// One program for the virtual charger, one for the real board. All land in dist/device/. `node scripts/lib/build-device.mjs`, or
// `await buildDevice()`.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const device = path.join(root, "device");
const out = path.join(root, "dist/device");
const cli = path.join(root, "node_modules/@devicescript/cli/built/devicescript-cli.cjs");

/** Where the VM's factory stands in the bundle. */
const MARK = '"runtime/devicescript-vm/built/devicescript-vm.js"(exports, module2) {\n';
const MARK_END = "\n  }\n});\n";

/** The programs: bytecode by entry point. */
const PROGRAMS = { "charger.devs": "src/main.ts", "charger-board.devs": "src/main-board.ts" };

/** Newest change below these paths, epoch ms; tests do not count. */
function newest(paths) {
  let time = 0;
  for (const p of paths) {
    const stat = fs.statSync(p);
    if (stat.isDirectory()) {
      const inner = fs.readdirSync(p).filter((name) => !name.endsWith(".test.ts") && name !== "testing");
      time = Math.max(time, newest(inner.map((name) => path.join(p, name))));
    }
    time = Math.max(time, stat.isDirectory() ? 0 : stat.mtimeMs);
  }
  return time;
}

function isFresh(target, sources) {
  return fs.existsSync(target) && fs.statSync(target).mtimeMs >= newest(sources);
}

function writeWhole(file, content) {
  const part = `${file}.${process.pid}.part`;
  fs.writeFileSync(part, content);
  fs.renameSync(part, file);
}

/** The factory takes what it would find in Node as arguments, so that each VM can have a clock and timers of its own. */
function cutFactory() {
  const bundle = fs.readFileSync(cli, "utf8");
  const mark = bundle.indexOf(MARK);
  const end = bundle.indexOf(MARK_END, mark);
  if (mark < 0 || end < 0)
    throw new Error("the DeviceScript VM is not where it was in @devicescript/cli; is it still 2.16.4?");
  const body = bundle.slice(mark + MARK.length, end);
  return (
    '"use strict";\n' +
    "module.exports = function (Date, setTimeout, clearInterval, console, require, process) {\n" +
    "const module2 = { exports: {} }, exports = module2.exports;\n" +
    `${body}\nreturn module2.exports;\n};\n`
  );
}

function compile(entry) {
  return new Promise((resolve, reject) => {
    const args = [cli, "build", entry];
    const child = spawn(process.execPath, args, { cwd: device, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    child.stdout.on("data", (d) => (text += d));
    child.stderr.on("data", (d) => (text += d));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else if (text.includes("verification failure: 1051"))
        reject(new Error(`${entry} has more than 64 KiB of functions: docs/adr/0001-devicescript.md\n${text}`));
      else reject(new Error(`devs build failed:\n${text}`));
    });
  });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** One build at a time: several test files may ask at once, each in a process of its own. */
async function locked(work) {
  const lock = path.join(out, "lock");
  for (;;) {
    try {
      fs.writeFileSync(lock, `${process.pid}`, { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const holder = fs.existsSync(lock) ? Number(fs.readFileSync(lock, "utf8")) : 0;
      if (holder > 0 && !isAlive(holder)) fs.rmSync(lock, { force: true });
      else await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  try {
    return await work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

/**
 * Brings the programs and dist/device/vm.cjs up to date; gives the paths of the virtual charger's program, of the board's and of the VM, and the
 * size of the first. Throws with the compiler's output where a program does not compile.
 */
export async function buildDevice() {
  fs.mkdirSync(out, { recursive: true });
  const vm = path.join(out, "vm.cjs");
  const sources = ["board", "core", "src", "services", "devsconfig.json"].map((p) => path.join(device, p));
  const self = fileURLToPath(import.meta.url);
  const stale = () => Object.keys(PROGRAMS).filter((name) => !isFresh(path.join(out, name), [...sources, self, cli]));
  if (stale().length > 0 || !isFresh(vm, [self, cli])) {
    await locked(async () => {
      if (!isFresh(vm, [self, cli])) writeWhole(vm, cutFactory());
      for (const name of stale()) {
        const bytecode = path.join(out, name);
        const seen = newest(sources);
        await compile(PROGRAMS[name]);
        writeWhole(bytecode, fs.readFileSync(path.join(device, ".devicescript/bin/bytecode.devs")));
        // a source saved while the compiler ran makes it stale again
        if (newest(sources) > seen) fs.utimesSync(bytecode, seen / 1000, seen / 1000);
      }
    });
  }
  const [bytecode, board] = Object.keys(PROGRAMS).map((name) => path.join(out, name));
  return { bytecode, board, vm, bytes: fs.statSync(bytecode).size };
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { bytecode, board } = await buildDevice();
  for (const file of [bytecode, board]) {
    process.stdout.write(`${path.relative(process.cwd(), file)}: ${fs.statSync(file).size} bytes\n`);
  }
}
