import type { Page } from "playwright-core";
import type { Esp32Model } from "../../../device/installer/testing/esp32-model";

/** A `navigator.serial` in the page whose one port leads to a model of the chip in this process. */
interface SerialBridge {
  /** Nothing more is taken from the page after so many writes, until it opens the port anew. */
  stallAfter: number;
  /** Writes since the port was opened. */
  writes: number;
}

/** Lays the bridge; it stays over reloads, as a permission that somebody has given does. */
export async function bridgeSerial(page: Page, chip: Esp32Model): Promise<SerialBridge> {
  const bridge: SerialBridge = { stallAfter: Infinity, writes: 0 };
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let isAllowed = false;
  const close = async (): Promise<void> => {
    await reader?.cancel().catch(() => undefined);
    reader?.releaseLock();
    reader = undefined;
    await chip.close();
  };
  const calls: Record<string, (given: never) => Promise<unknown>> = {
    serialAllow: async () => (isAllowed = true),
    serialIsAllowed: async () => isAllowed,
    async serialOpen() {
      // what a page held that is gone is let go
      await close();
      bridge.writes = 0;
      await chip.open();
      reader = chip.readable?.getReader();
    },
    serialClose: close,
    serialStop: () => reader?.cancel() ?? Promise.resolve(),
    async serialRead() {
      const result = await reader?.read().catch(() => undefined);
      return result && !result.done ? Buffer.from(result.value).toString("base64") : null;
    },
    async serialWrite(text: string) {
      if (++bridge.writes > bridge.stallAfter) return new Promise(() => {});
      const writer = chip.writable?.getWriter();
      await writer?.write(Buffer.from(text, "base64"));
      writer?.releaseLock();
      return undefined;
    },
    serialSignals: (signals: { dataTerminalReady?: boolean; requestToSend?: boolean }) => chip.setSignals(signals),
  };
  for (const [name, call] of Object.entries(calls))
    await page.exposeFunction(name, call as (given: unknown) => unknown);
  await page.addInitScript(inPage);
  return bridge;
}

/** Runs in the page, before its own scripts. */
function inPage(): void {
  type Call = (...given: unknown[]) => Promise<unknown>;
  const call = (name: string, ...given: unknown[]) => (globalThis as unknown as Record<string, Call>)[name]!(...given);
  const port = {
    readable: null as ReadableStream<Uint8Array> | null,
    writable: null as WritableStream<Uint8Array> | null,
    async open() {
      await call("serialOpen");
      port.readable = new ReadableStream<Uint8Array>({
        async pull(controller) {
          const text = (await call("serialRead")) as string | null;
          if (text !== null) return controller.enqueue(Uint8Array.from(atob(text), (each) => each.charCodeAt(0)));
          port.readable = null;
          controller.close();
        },
        async cancel() {
          port.readable = null;
          await call("serialStop");
        },
      });
      port.writable = new WritableStream<Uint8Array>({
        write: async (chunk) => {
          await call("serialWrite", btoa(String.fromCharCode(...chunk)));
        },
      });
    },
    async close() {
      port.readable = null;
      port.writable = null;
      await call("serialClose");
    },
    setSignals: (signals: unknown) => call("serialSignals", signals),
    getInfo: () => ({ usbVendorId: 0x10c4, usbProductId: 0xea60 }),
  };
  const serial = {
    getPorts: async () => ((await call("serialIsAllowed")) ? [port] : []),
    requestPort: async () => {
      await call("serialAllow");
      return port;
    },
  };
  Object.defineProperty(navigator, "serial", { configurable: true, value: serial });
}
