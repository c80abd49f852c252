/** Jacdac frames, as the VM's packet bus carries them: header of 12 bytes, then one or more packets. */

const FLAG_COMMAND = 1;
export const CMD_ANNOUNCE = 0;

/** One packet of a frame. */
export interface Packet {
  /** 16 hex digits: the sender of a report, the receiver of a command. */
  deviceId: string;
  command: boolean;
  serviceIndex: number;
  serviceCommand: number;
  payload: Buffer;
}

/** CRC-16-CCITT of the frame after its first two bytes. */
export function crc16(data: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of data) {
    let x = (crc >> 8) ^ byte;
    x ^= x >> 4;
    crc = ((crc << 8) ^ (x << 12) ^ (x << 5) ^ x) & 0xffff;
  }
  return crc;
}

/** A frame with one packet of at most 236 bytes. */
export function encodePacket(packet: Packet): Uint8Array {
  if (packet.payload.length > 236) throw new RangeError("a packet carries at most 236 bytes");
  const size = (4 + packet.payload.length + 3) & ~3;
  const frame = Buffer.alloc(12 + size);
  frame[2] = size;
  frame[3] = packet.command ? FLAG_COMMAND : 0;
  Buffer.from(packet.deviceId, "hex").copy(frame, 4);
  frame[12] = packet.payload.length;
  frame[13] = packet.serviceIndex;
  frame.writeUInt16LE(packet.serviceCommand, 14);
  packet.payload.copy(frame, 16);
  frame.writeUInt16LE(crc16(frame.subarray(2)), 0);
  return frame;
}

/** The packets of a frame; stops at the first that does not fit. */
export function decodePackets(data: Uint8Array): Packet[] {
  const frame = Buffer.from(data);
  const packets: Packet[] = [];
  if (frame.length < 16) return packets;
  const command = (frame.readUInt8(3) & FLAG_COMMAND) !== 0;
  const deviceId = frame.toString("hex", 4, 12);
  const end = Math.min(frame.length, 12 + frame.readUInt8(2));
  for (let at = 12; at + 4 <= end;) {
    const size = frame.readUInt8(at);
    if (at + 4 + size > end) break;
    packets.push({
      deviceId,
      command,
      serviceIndex: frame.readUInt8(at + 1) & 0x3f,
      serviceCommand: frame.readUInt16LE(at + 2),
      payload: frame.subarray(at + 4, at + 4 + size),
    });
    at += (4 + size + 3) & ~3;
  }
  return packets;
}

/** An announcement of a device that offers these services, from index 1 on. */
export function announcement(deviceId: string, serviceClasses: number[]): Packet {
  const payload = Buffer.alloc(4 + serviceClasses.length * 4);
  payload.writeUInt16LE(0x010f, 0);
  payload[2] = 1;
  serviceClasses.forEach((c, i) => payload.writeUInt32LE(c, 4 + i * 4));
  return { deviceId, command: false, serviceIndex: 0, serviceCommand: CMD_ANNOUNCE, payload };
}

/** The index at which an announcement offers a service, or 0. */
export function serviceIndexOf(packet: Packet, serviceClass: number): number {
  for (let at = 4; at + 4 <= packet.payload.length; at += 4) {
    if (packet.payload.readUInt32LE(at) === serviceClass) return at / 4;
  }
  return 0;
}
