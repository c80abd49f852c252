import type { ChildProcess } from "node:child_process";
import { execFileSync, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Taken } from "../sync-hub/cloud";
import type { LoadOrder, LoadResult } from "./load";

/** The other processes of the hub's benchmark. */

/** Starts `file` beside this one, with its TypeScript; it ends when it is disconnected. */
function start(file: string, args: string[] = []): ChildProcess {
  return fork(join(import.meta.dirname, file), args, { execArgv: ["--import", "tsx"] });
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(message as T));
    child.once("exit", (code) => reject(new Error(`a process of the benchmark ended with ${code}`)));
  });
}

/** Runs the load to its end. */
export async function runLoad(order: LoadOrder): Promise<LoadResult> {
  const child = start("load.ts");
  child.send(order);
  return answer<LoadResult>(child);
}

/** Chargers that are connected and silent, until `stop`. */
export async function idleChargers(port: number, count: number): Promise<{ stop(): void }> {
  const child = start("load.ts");
  child.send({ transport: "websocket", port, count, seconds: 0 } satisfies LoadOrder);
  await answer(child);
  return { stop: () => child.disconnect() };
}

/** The yardstick's server; with a file it syncs each message by itself. */
export async function rpcServer(file?: string): Promise<{ port: number; pid: number; stop(): void }> {
  const child = start("rpc-server.ts", file === undefined ? [] : [file]);
  const { port } = await answer<{ port: number }>(child);
  return { port, pid: child.pid ?? 0, stop: () => child.disconnect() };
}

/** The cloud that a backlog goes to, told when it has everything up to a seq. */
export async function backlogCloud(): Promise<{ url: string; has(seq: number): Promise<Taken>; stop(): unknown }> {
  const child = start("../sync-hub/cloud.ts");
  const { url } = await answer<{ url: string }>(child);
  return {
    url,
    has: (seq) => {
      child.send(seq);
      return answer<Taken>(child);
    },
    stop: () => child.connected && child.disconnect(),
  };
}

/** Processor time that a process has used so far, ms; null where the system does not tell. */
export function cpuOf(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return null;
  }
}

/** Memory that a process holds, MB. */
export function memoryOf(pid: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
}
