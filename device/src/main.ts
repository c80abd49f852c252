import { runProgram } from "./program";
import { VirtualBoard } from "./virtual-board";

async function main(): Promise<void> {
  await runProgram(new VirtualBoard());
}

main.start();
