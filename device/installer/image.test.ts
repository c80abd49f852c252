import fs from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { findBuilt } from "../virtual/built";
import { buildProgram } from "../virtual/testing/build";
import { FLASH_SIZE } from "../virtual/vm";
import { storeImage, STORE_SIZE } from "./image";
import { vmStore } from "./testing/vm-store";

beforeAll(buildProgram);

it("is, byte for byte, what the firmware's own code writes", async () => {
  const built = findBuilt();
  const settings = {
    cpId: "CP7",
    hub: "192.168.1.10",
    key: "a1".repeat(32),
    ssid: "Küche & Garage 2",
    psk: "12345678",
    cableMa: "32000",
  };
  const image = storeImage(fs.readFileSync(built.board), settings);
  expect(STORE_SIZE).toBe(FLASH_SIZE);
  expect(Buffer.from(image).equals(await vmStore(built, settings))).toBe(true);
});

it("refuses what does not fit", () => {
  const program = new Uint8Array(100);
  const wrong: Record<string, string>[] = [
    { ssid: "" },
    { ssid: "x".repeat(225) },
    { aKeyThatIsTooLong: "1" },
    { "a b": "1" },
  ];
  for (const settings of wrong) {
    expect(() => storeImage(program, settings)).toThrow("does not fit the charger's flash");
  }
  for (const size of [0, STORE_SIZE])
    expect(() => storeImage(new Uint8Array(size), {})).toThrow("program does not fit");
});
