import type { AddressInfo, Socket } from "node:net";
import { connect, createServer } from "node:net";

/** A line that can be cut: TCP from an address of its own to the next of its targets that answers. */
export interface Line {
  port: number;
  /** Nothing gets through until it is mended; what is open breaks off. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Each connection goes to the next target, or where that does not answer to the one after it, as a load balancer does. */
export async function openLine(targets: () => readonly number[]): Promise<Line> {
  const open = new Set<Socket>();
  let whole = true;
  let turn = 0;
  const server = createServer((near) => {
    open.add(near);
    near.on("error", () => near.destroy());
    near.on("close", () => open.delete(near));
    if (!whole) return near.destroy();
    const ports = targets();
    const order = ports.map((_, index) => ports[(turn + index) % ports.length]!);
    turn += 1;
    join(near, order);
  });
  const join = (near: Socket, [port, ...more]: readonly number[]): void => {
    if (port === undefined || !whole) return void near.destroy();
    const far = connect(port, "127.0.0.1");
    open.add(far);
    let joined = false;
    far.on("connect", () => {
      joined = true;
      near.pipe(far).pipe(near);
    });
    far.on("error", () => {
      if (joined) near.destroy();
      else join(near, more);
    });
    far.on("close", () => {
      open.delete(far);
      if (joined) near.destroy();
    });
    near.on("close", () => far.destroy());
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      whole = false;
      for (const socket of open) socket.destroy();
    },
    mend() {
      whole = true;
    },
    close() {
      whole = false;
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
