import type { Packet } from "./jacdac";

/** The layouts of services/charger-board.md. */
export const BOARD_CLASS = 0x1c4a3e01;
export const BOARD_DEVICE_ID = "4b0a7dc0a12e9e01";
const BOARD_INDEX = 1;
const REPORT_INPUTS = 0x1101;
const SET_OUTPUTS = 0x2002;

/** What the simulated front-end measures. */
export interface BoardReading {
  pilot: number;
  emergencyStop: boolean;
  caseOpen: boolean;
  locked: boolean;
  voltageMv: number;
  currentMa: number;
  powerW: number;
  energyWh: number;
  meterEpoch: number;
  button: boolean;
  taps: number;
  tag: string;
}

/** What the program asks for. */
export interface BoardOutputs {
  contactor: boolean;
  lock: boolean;
  lamp: number;
  currentMa: number;
}

/** The report of the board's `inputs` register. */
export function encodeReading(r: BoardReading): Packet {
  const tag = Buffer.from(r.tag, "ascii").subarray(0, 20);
  const payload = Buffer.alloc(24 + tag.length);
  payload[0] = 1;
  payload[1] = r.pilot;
  const flags = [r.emergencyStop, r.caseOpen, r.locked, false, false, false, false, false, r.button];
  payload.writeUInt16LE(
    flags.reduce((sum, flag, bit) => sum | (Number(flag) << bit), 0),
    2,
  );
  payload.writeUInt32LE(r.voltageMv, 4);
  payload.writeUInt32LE(r.currentMa, 8);
  payload.writeUInt32LE(r.powerW, 12);
  payload.writeUInt32LE(r.energyWh, 16);
  payload.writeUInt16LE(r.meterEpoch, 20);
  payload[22] = r.taps & 255;
  payload[23] = tag.length;
  tag.copy(payload, 24);
  return {
    deviceId: BOARD_DEVICE_ID,
    command: false,
    serviceIndex: BOARD_INDEX,
    serviceCommand: REPORT_INPUTS,
    payload,
  };
}

/** The outputs that a packet sets, undefined where it is another packet. */
export function decodeOutputs(packet: Packet): BoardOutputs | undefined {
  const ours = packet.command && packet.deviceId === BOARD_DEVICE_ID && packet.serviceIndex === BOARD_INDEX;
  if (!ours || packet.serviceCommand !== SET_OUTPUTS || packet.payload.length < 4) return undefined;
  const flags = packet.payload.readUInt8(0);
  return {
    contactor: (flags & 1) !== 0,
    lock: (flags & 2) !== 0,
    lamp: packet.payload.readUInt8(1),
    currentMa: packet.payload.readUInt16LE(2),
  };
}
