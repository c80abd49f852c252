import { expect, it } from "vitest";
import { boardNames, firmwareUrl, isBoard, isFirmware, STORE_ADDRESS } from "./board-firmware";

it("knows its boards, and where the firmware of each is published", () => {
  expect(boardNames.every(isBoard)).toBe(true);
  expect(["", "pico", "toString"].some(isBoard)).toBe(false);
  for (const board of boardNames)
    expect(firmwareUrl(board)).toMatch(new RegExp(`^https://github.com/.*${board}.*bin$`));
});

it("tells a firmware from a page that was not found, and from one that would reach into the settings", () => {
  expect(isFirmware(Uint8Array.of(0xe9, 1))).toBe(true);
  expect(isFirmware(new TextEncoder().encode("<html>"))).toBe(false);
  expect(isFirmware(new Uint8Array(0))).toBe(false);
  expect(isFirmware(new Uint8Array(STORE_ADDRESS + 1).fill(0xe9))).toBe(false);
});
