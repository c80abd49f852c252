import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { flash } from "./flasher";
import { Esp32Model } from "./testing/esp32-model";

const parts = [
  { name: "firmware", address: 0, data: Buffer.concat([Buffer.from([0xe9]), randomBytes(70_000)]) },
  { name: "program", address: 0x1c0000, data: Buffer.alloc(20_000, 0xdb) },
];

it("brings a chip into its boot loader, writes and checks all parts, and starts it", async () => {
  const chip = new Esp32Model();
  let starts = 0;
  chip.started = () => starts++;
  const seen = new Map<string, number>();
  await flash(chip, "ESP32-S3", parts, (part, percent) => seen.set(part.name, percent));
  for (const { address, data } of parts) {
    expect(chip.flash.subarray(address, address + data.length).equals(data)).toBe(true);
  }
  expect([...seen]).toEqual([
    ["firmware", 100],
    ["program", 100],
  ]);
  expect(starts).toBe(1);
  expect(chip.downloading).toBe(false);
  expect(chip.readable).toBeNull();
});

it("refuses another chip before it writes anything, and lets the port go", async () => {
  const chip = new Esp32Model();
  chip.magic = 0x00f01d83; // ESP32
  await expect(flash(chip, "ESP32-S3", parts, () => undefined)).rejects.toMatchObject({ code: "wrong_chip" });
  expect(chip.flash.every((b) => b === 0xff)).toBe(true);
  expect(chip.readable).toBeNull();
});

it("refuses a chip that nobody knows", async () => {
  const chip = new Esp32Model();
  chip.magic = 0x12345678;
  await expect(flash(chip, "ESP32-S3", parts, () => undefined)).rejects.toMatchObject({
    message: expect.stringMatching(/not known|boot loader/),
  });
});

it("says how to get into the boot loader where the chip does not answer", async () => {
  const chip = new Esp32Model();
  chip.autoReset = false;
  await expect(flash(chip, "ESP32-S3", parts, () => undefined)).rejects.toMatchObject({
    code: "no_chip",
    message: expect.stringContaining("Hold BOOT"),
  });
});

it("takes a chip that was put into its boot loader by hand", async () => {
  const chip = new Esp32Model();
  chip.autoReset = false;
  chip.downloading = true;
  await flash(chip, "ESP32-S3", parts, () => undefined);
  expect(chip.flash[0]).toBe(0xe9);
});

it("finds flash that does not hold what was written", async () => {
  const chip = new Esp32Model();
  chip.brokenBytes = 3;
  await expect(flash(chip, "ESP32-S3", parts, () => undefined)).rejects.toMatchObject({
    code: "flash_failed",
    message: expect.stringContaining("MD5"),
  });
});
