import { STORE_ADDRESS } from "../../../shared/board-firmware";
import type { BoardVm } from "../../board/testing/board-vm";
import { STORE_SIZE } from "../image";
import type { Esp32Model } from "./esp32-model";

/** When the chip starts, the modelled board boots from what its flash holds, and speaks on the chip's console. `heard` hears each line too. */
export function bootsFrom(chip: Esp32Model, board: BoardVm, heard: (line: string) => void): void {
  chip.started = () => {
    board.image = chip.flash.subarray(STORE_ADDRESS, STORE_ADDRESS + STORE_SIZE);
    board.heard = (line) => {
      chip.print(`${line}\r\n`);
      heard(line);
    };
    void board.boot();
  };
}
