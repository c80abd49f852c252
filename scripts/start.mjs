import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { ensureInstalled, root, run } from "./lib/install.mjs";
import { demoEmail, provisionDemo } from "./lib/demo.mjs";

/**
 * `npm start`: cloud, hub and two virtual chargers with a demo site, as real processes. Ctrl-C stops all of it; a second start keeps the data.
 * Where standard output is not a terminal, one JSON line says that everything serves.
 */
const programs = [];
let stopping = false;

process.on("SIGINT", () => void stop(0));
process.on("SIGTERM", () => void stop(0));

try {
  await ensureInstalled();
  say("Building what is missing ...");
  await run(process.execPath, ["scripts/build.mjs"], { stdio: ["ignore", process.stderr, "inherit"] });
  await start();
} catch (error) {
  if (!stopping) {
    console.error(error instanceof Error ? error.message : error);
    await stop(1);
  }
}

async function start() {
  say("Starting the cloud (its database is made at the first start) ...");
  // Whoever tries a listing can approve it too.
  const cloud = await launch("cloud", [], { CLOUD_ADMIN_EMAIL: process.env.CLOUD_ADMIN_EMAIL || demoEmail });
  const cloudUrl = process.env.CLOUD_URL || `http://${hostOf(process.env.CLOUD_HOST)}:${cloud.http}`;
  say("Starting the hub ...");
  const hub = await launch("hub", [], {
    CLOUD_URL: cloudUrl,
    HUB_SAMPLE_INTERVAL: process.env.HUB_SAMPLE_INTERVAL || "5",
  });
  say("Setting up the demo site ...");
  const hubHost = hostOf(process.env.HUB_HOST);
  const hubUrl = `http://${hubHost}:${hub.http}`;
  const demo = await provisionDemo({
    root,
    cloudUrl,
    publicUrl: process.env.CLOUD_PUBLIC_URL,
    hubUrl,
    hubData: process.env.HUB_DATA,
    adminToken: process.env.HUB_ADMIN_TOKEN,
    verify: () => run(process.execPath, ["dist/cloud.js", "admin", demoEmail], { stdio: "ignore" }),
  });
  say("Starting two virtual chargers ...");
  const charger = await launch("charger", [
    ...["--id", "CP1", "--count", "2", "--hub", `mqtt://${hubHost}:${hub.mqtt}`],
    ...["--password-file", demo.passwordFile, "--data", demo.chargerData],
  ]);
  const bench = `http://127.0.0.1:${charger.http}`;
  console.log(summary({ hubUrl, cloudUrl: process.env.CLOUD_PUBLIC_URL || cloudUrl, bench, demo }));
  if (!process.stdout.isTTY) {
    const { http, https, mqtt, mqtts } = hub;
    console.log(JSON.stringify({ ready: true, http, https, mqtt, mqtts, cloud: cloud.http, bench: charger.http }));
  }
}

/** Where a program that listens at `host`, or everywhere, is reached from this machine. */
function hostOf(host) {
  if (!host || host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function summary({ hubUrl, cloudUrl, bench, demo }) {
  return [
    "",
    "hitchpost is running.",
    "",
    `  1. Plug a virtual car in    ${bench}   (or: npm run charger -- plug CP1)`,
    `  2. Start at the charger     ${hubUrl}/c/CP1/1`,
    `  3. See it as the owner      ${cloudUrl}/sites`,
    `     sign in as               ${demo.email}`,
    `     password                 ${demo.password}`,
    "",
    `  Hub admin token             ${demo.adminToken}`,
    `  Ctrl-C stops everything; the data stays in ${dataFolders()}.`,
    "",
  ].join("\n");
}

function dataFolders() {
  const { HUB_DATA, CLOUD_DATA } = process.env;
  return HUB_DATA || CLOUD_DATA ? `${HUB_DATA || "./data/hub"} and ${CLOUD_DATA || "./data/cloud"}` : "./data";
}

/** Starts a program from dist and resolves with what its ready line says. Its log lines go to data-free standard error. */
function launch(name, args, environment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`dist/${name}.js`, ...args], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: Ctrl-C reaches the programs through `stop`, in the right order.
      detached: true,
    });
    const program = { name, child, ended: new Promise((done) => child.once("exit", done)) };
    programs.push(program);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const ready = readyLine(line);
      if (ready) resolve(ready);
      else if (!line.startsWith("{")) console.error(`[${name}] ${line}`);
    });
    createInterface({ input: child.stderr }).on("line", (line) => showLog(name, line));
    child.on("error", reject);
    child.on("exit", (code) => {
      if (stopping) return;
      reject(new Error(`The ${name} ended with exit code ${code}.`));
      console.error(`The ${name} ended with exit code ${code}; stopping the rest.`);
      void stop(1);
    });
  });
}

/** A terminal shows warnings and errors; `HITCHPOST_LOG=all` shows every line. */
function showLog(name, line) {
  const level = /^\{.*?"level":(\d+)/.exec(line)?.[1];
  if (process.env.HITCHPOST_LOG !== "all" && level !== undefined && Number(level) < 40) return;
  console.error(`[${name}] ${line}`);
}

function readyLine(line) {
  try {
    const parsed = JSON.parse(line);
    return parsed.ready === true ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Chargers first, then the hub, then the cloud: so that the last messages still find their way. */
async function stop(code) {
  if (stopping) return;
  stopping = true;
  for (const program of programs.toReversed()) {
    if (program.child.exitCode !== null || program.child.signalCode !== null) continue;
    program.child.kill("SIGTERM");
    const killer = setTimeout(() => program.child.kill("SIGKILL"), 10_000);
    await program.ended;
    clearTimeout(killer);
  }
  process.exit(code);
}

function say(line) {
  console.error(line);
}
