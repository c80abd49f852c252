import { EventEmitter } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { SerialPortMock } from "serialport";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../shared/testing/folder";
import { choosePort, NodePort } from "./node-port";

const PATH = "/dev/ROBOT";
const INFO = { path: PATH, vendorId: "303a", productId: "1001" };

describe("the port that is chosen", () => {
  let file: string;
  beforeEach(() => {
    file = path.join(temporaryFolder(), "ttyUSB0");
    fs.writeFileSync(file, "");
  });

  it("is the only one of a maker of ESP32 boards, or the one that is named", () => {
    const esp = { path: file, vendorId: "10C4", productId: "ea60" };
    expect(choosePort([{ path: "/dev/ttyS0" }, esp], undefined)).toBe(esp);
    expect(choosePort([esp], file)).toBe(esp);
    expect(choosePort([], file)).toEqual({ path: file });
  });

  it("is not guessed", () => {
    const both = [INFO, { ...INFO, path: "/dev/ttyACM1" }];
    expect(() => choosePort(both, undefined)).toThrow(expect.objectContaining({ code: "which_port" }));
    expect(() => choosePort([], undefined)).toThrow(expect.objectContaining({ code: "no_port" }));
    expect(() => choosePort([INFO], "/dev/nowhere")).toThrow(expect.objectContaining({ code: "no_port" }));
  });

  it("is named when this user may not use it", () => {
    const gone = { path: path.join(file, "nothing"), vendorId: "303a" };
    expect(() => choosePort([gone], undefined)).toThrow(
      expect.objectContaining({ code: "no_permission", message: expect.stringContaining("dialout") }),
    );
  });
});

describe("a port of this machine", () => {
  beforeEach(() => SerialPortMock.binding.createPort(PATH, { echo: true, record: true }));
  afterEach(() => SerialPortMock.binding.reset());
  const make = (at: string, baudRate: number) => new SerialPortMock({ path: at, baudRate, autoOpen: false });

  it("reads, writes and says what it is, through serialport", async () => {
    const port = new NodePort(INFO, make);
    expect(port.getInfo()).toEqual({ usbVendorId: 0x303a, usbProductId: 0x1001 });
    expect(new NodePort({ path: PATH }, make).getInfo()).toEqual({ usbVendorId: undefined, usbProductId: undefined });
    await port.open({ baudRate: 115200 });
    const writer = port.writable?.getWriter();
    await writer?.write(Uint8Array.from([1, 2, 3]));
    const reader = port.readable?.getReader();
    expect((await reader?.read())?.value).toEqual(Uint8Array.from([1, 2, 3]));
    await reader?.cancel();
    expect(port.readable).toBeNull();
    await port.close();
    await port.close();
    expect(port.writable).toBeNull();
  });

  it("sets both control lines each time, since serialport forgets the one that is not named", async () => {
    const set: unknown[] = [];
    const port = new NodePort(INFO, (at, baudRate) => {
      const serial = make(at, baudRate);
      const real = serial.set.bind(serial);
      serial.set = (signals, done) => {
        set.push(signals);
        real(signals, done);
      };
      return serial;
    });
    await port.open({ baudRate: 115200 });
    await port.setSignals({ requestToSend: true });
    await port.setSignals({ dataTerminalReady: true });
    await port.setSignals({ requestToSend: false });
    expect(set).toEqual([
      { dtr: false, rts: true },
      { dtr: true, rts: true },
      { dtr: true, rts: false },
    ]);
    await port.close();
  });

  it("ends its stream when the cable is pulled", async () => {
    let serial: EventEmitter | undefined;
    const port = new NodePort(INFO, (at, baudRate) => {
      const made = make(at, baudRate);
      serial = made;
      return made;
    });
    await port.open({ baudRate: 115200 });
    const reader = port.readable?.getReader();
    serial?.emit("close");
    expect((await reader?.read())?.done).toBe(true);
    serial?.emit("close");
  });

  it("names a port that another program has", async () => {
    const port = new NodePort({ path: "/dev/other" }, make);
    await expect(port.open({ baudRate: 115200 })).rejects.toMatchObject({ code: "port_busy" });
  });
});
