import { createServer, connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Packets, guardPackets } from "./packet-guard";

const always = () => true;

function packet(length: number): Buffer {
  const header = [0x30];
  let rest = length;
  do {
    header.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)]);
}

it("lets packets through whatever way they are cut, and notices the first that is too large", () => {
  const length = fc.nat({ max: 400 });
  fc.assert(
    fc.property(fc.array(length), fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (lengths, cuts) => {
      const bytes = Buffer.concat(lengths.map(packet));
      const sizes = new Packets(300, always);
      let fine = true;
      for (let at = 0, cut = 0; at < bytes.length && fine; cut += 1) {
        const step = cuts[cut % cuts.length] as number;
        fine = sizes.accept(bytes.subarray(at, at + step));
        at += step;
      }
      expect(fine).toBe(lengths.every((each) => each <= 300));
    }),
  );
});

it("refuses a length that never ends", () => {
  expect(new Packets(1e9, always).accept(Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80]))).toBe(false);
  expect(new Packets(1e9, always).accept(Buffer.from([0x10, 0x80, 0x80, 0x80]))).toBe(true);
});

it("counts packets, not chunks", () => {
  let left = 3;
  const packets = new Packets(300, () => (left -= 1) >= 0);
  expect(packets.accept(Buffer.concat([packet(5), packet(0), packet(200).subarray(0, 9)]))).toBe(true);
  expect(packets.accept(Buffer.concat([packet(200).subarray(9), packet(0)]))).toBe(false);
});

it("is a stream like its socket: both ways, half closed, destroyed, with more than a buffer holds", async () => {
  const seen: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    seen.push(socket);
    const guarded = guardPackets(socket, 1e6, always);
    guarded.on("error", () => {});
    guarded.cork();
    guarded.write("hel");
    guarded.write("lo ", "latin1");
    guarded.uncork();
    guarded.pipe(guarded);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const exchange = (bytes: Buffer): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const socket = connect(port, "127.0.0.1", () => socket.end(bytes));
      socket.on("data", (chunk: Buffer) => chunks.push(chunk));
      socket.on("error", reject);
      socket.on("close", () => resolve(Buffer.concat(chunks)));
    });
  const bytes = Buffer.concat([packet(900_000), packet(0), packet(70_000)]);
  expect((await exchange(bytes)).equals(Buffer.concat([Buffer.from("hello "), bytes]))).toBe(true);
  await exchange(Buffer.concat([packet(1_000_001)])).catch(() => {});
  expect(seen.every((socket) => socket.destroyed)).toBe(true);
  server.close();
});
