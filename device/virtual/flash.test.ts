import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { until } from "../../shared/testing/until";
import { largestFlash } from "../core/testing/largest";
import { Desk } from "./testing/desk";
import { settingsOf } from "./testing/settings-area";
import type { SettingsArea } from "./testing/settings-area";
import { FLASH_SIZE, Vm } from "./vm";

const desk = new Desk(8);

/** Runs `work`, and gives the VM that it makes. */
async function vmOf(work: () => Promise<unknown>): Promise<Vm> {
  let vm: Vm | undefined;
  const create = Vm.create;
  Vm.create = async (...args) => (vm = await create.apply(Vm, args));
  await work().finally(() => (Vm.create = create));
  return vm as Vm;
}

function area(): SettingsArea {
  return settingsOf(fs.readFileSync(path.join(desk.folder, "CP1.flash")), FLASH_SIZE);
}

/** Writes settings as a tool over USB would, no more at once than the packet bus takes. */
async function write(vm: Vm, settings: Record<string, string>): Promise<void> {
  const all = Object.entries(settings);
  for (let at = 0; at < all.length; at += 8) {
    const some = all.slice(at, at + 8);
    const missing = () => {
      const { values } = area();
      return some.filter(([key, value]) => values.get(key) !== value);
    };
    // what a busy bus has dropped is written again
    for (let tries = 0; missing().length > 0; tries++) {
      if (tries === 12)
        throw new Error(
          `not written: ${missing()
            .map(([key]) => key)
            .join(", ")}`,
        );
      await vm.provision(Object.fromEntries(missing()));
      await until("the writes", () => missing().length === 0, 3000).catch(() => undefined);
    }
  }
}

/** Settings of somebody else, that leave so many bytes. */
function othersBut(left: number): Record<string, string> {
  const settings: Record<string, string> = {};
  let room = area().size - area().bytes - left;
  for (let i = 0; room > 2 * 248; i += 1, room -= 248) settings[`other${i}`] = "x".repeat(224);
  const half = Math.floor(room / 16) * 8;
  settings["last1"] = "x".repeat(half - 24);
  settings["last2"] = "x".repeat(room - half - 24);
  return settings;
}

it("notices a flash that others have filled: a session ends as it should, and nobody begins until there is room", async () => {
  const { central } = desk;
  let vm = await vmOf(() => desk.charging({ sampleIntervalSec: 0 })); // nothing is written until the flash is full
  const charger = desk.fleet?.chargers.get("CP1");
  if (!charger) throw new Error("no charger");
  await desk.pass(1000);
  // a place of the queue that is first used once the flash is full would take the rest for good
  const places = Array.from({ length: 24 }, (_, n) => `q${n}`).filter((key) => !area().values.has(key));
  await write(vm, Object.fromEntries(places.map((key) => [key, ""])));
  const others = othersBut(40);
  await write(vm, others);
  await central.call("CP1", "ChangeConfiguration", { key: "MeterValueSampleInterval", value: "5" });
  const told = await until("the warning", () =>
    central.sent("StatusNotification").find((c) => c.payload["info"] === "FlashFull"),
  );
  expect(told.payload).toMatchObject({ status: "Charging", errorCode: "InternalError" });
  expect(charger.plant.contactorClosed).toBe(true);
  charger.plant.unplug();
  const stop = await central.expectCall("StopTransaction");
  expect(stop).toMatchObject({ reason: "EVDisconnected", transactionId: 2_000_000_001 });
  expect(Math.abs(charger.plant.countedWh() - Number(stop["meterStop"]))).toBeLessThan(3);
  await central.expectStatus("Faulted");
  expect(await central.call("CP1", "RemoteStartTransaction", { idTag: "TAG" })).toEqual({ status: "Rejected" });

  await write(
    vm,
    Object.fromEntries(
      Object.keys(others)
        .slice(0, 30)
        .map((key) => [key, "x"]),
    ),
  );
  const from = central.calls.length;
  vm = await vmOf(() => charger.reset());
  await central.expectStatus("Available", from);
  expect(await central.call("CP1", "RemoteStartTransaction", { idTag: "TAG" })).toEqual({ status: "Accepted" });
});

it("has room for all that the program keeps, at its longest, and for a session beside it", async () => {
  const { central } = desk;
  const vm = await vmOf(() => desk.power());
  const charger = desk.fleet?.chargers.get("CP1");
  await central.expectStatus("Available");
  charger?.cutNetwork(true);
  const { saved } = largestFlash();
  await write(vm, saved);
  expect(area().bytes).toBeGreaterThan(10_000);
  await charger?.reset();
  charger?.cutNetwork(false);
  // 24 stops of the queue, and that of the session which the reset broke off
  await central.expectCall("StopTransaction", 25);
  expect(await central.call("CP1", "GetLocalListVersion", {})).toEqual({ listVersion: 2_147_483_556 });
  await central.call("CP1", "ChangeAvailability", { connectorId: 1, type: "Operative" });
  charger?.plug({});
  await central.expectStatus("Preparing");
  expect(await central.call("CP1", "RemoteStartTransaction", { idTag: "TAG" })).toEqual({ status: "Accepted" });
  await central.expectCall("StartTransaction");
  expect(charger?.view().log.join("\n")).not.toContain("out of space");
});
