import * as ds from "@devicescript/core";
import { configureHardware } from "@devicescript/servers";
import { pins } from "@dsboard/esp32s3_bare";
import { Board } from "./board";
import { readText } from "./flash";
import { runProgram } from "./program";

// The same pins on ESP32-S3 and ESP32-C3, none of which has a part in the chip's start-up.
configureHardware({ scanI2C: false, i2c: { pinSDA: pins.P4, pinSCL: pins.P5, kHz: 400 } });

/** Tells the firmware's own Wi-Fi service of the network that the installer has set; it remembers the network. */
async function joinNetwork(): Promise<void> {
  const ssid = await readText("ssid");
  if (ssid === undefined) return;
  const wifi = new ds.Wifi("wifi");
  while (!wifi.isBound) await ds.sleep(100);
  const psk = await readText("psk");
  await wifi.addNetwork(ssid, psk === undefined ? "" : psk);
}

async function main(): Promise<void> {
  joinNetwork.start();
  await runProgram(new Board());
}

main.start();
