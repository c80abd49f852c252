import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { mkdtemp, rm } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attachMqtt } from "../../mqtt";
import { hashPassword } from "../../password";
import { Certificates } from "../../security/certificates";
import { Credentials } from "../../security/credentials";
import type { TestHubOptions } from "../../testing/hub";
import { startTestHub } from "../../testing/hub";
import { ManualClock } from "../../testing/manual-clock";
import { attachWebSocket } from "../../websocket";
import { openTls } from "../open";

/** The test hub with its TLS ports, its authority and what the owner does with them. `names`: what its certificate names; a test may change it. */
export async function startTlsHub(options: TestHubOptions = {}) {
  // Clients judge the hub's certificate by the time of this machine.
  const now = new ManualClock(new Date().toISOString());
  const hub = await startTestHub({
    clock: now,
    ...options,
    onCertify: (cpId, csr) => void certificates.answer(cpId, csr),
  });
  const { store, clock, log, peers, limits, admission } = hub;
  const folder = await mkdtemp(join(tmpdir(), "hitchpost-tls-"));
  let publicUrl: string | null = null;
  const place = () => ({ interfaces: {}, hostname: "pi", publicUrl });
  const tls = await openTls({ folder, clock, log, limits, place });
  const certificates = new Certificates({ store, gateway: peers, authority: tls.authority, clock, log });
  const credentials = new Credentials({ store, gateway: peers, clock, hashPassword, random: randomBytes });

  const https = createHttpsServer(tls.options(), (_request, response) => void response.end("hello"));
  const mqtts = createTlsServer(tls.options());
  const endpoint = attachWebSocket(https, { admission, peers, log, secure: true });
  const broker = await attachMqtt(mqtts, { admission, peers, store, limits, log, secure: true });
  const fronts = [tls.front(https), tls.front(mqtts)] as const;
  const [httpsPort, mqttsPort] = await Promise.all(fronts.map(listening));

  return {
    ...hub,
    folder,
    certificates,
    credentials,
    ca: tls.authority.root.certificate,
    httpsPort: Number(httpsPort),
    mqttsPort: Number(mqttsPort),
    wss: `wss://127.0.0.1:${httpsPort}/ocpp`,
    setPublicUrl: (url: string) => {
      publicUrl = url;
    },
    close: async () => {
      certificates.stop();
      tls.stop();
      await hub.close();
      await endpoint.close();
      await broker.close();
      https.closeAllConnections();
      await Promise.all(fronts.map((front) => new Promise((done) => front.close(done))));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type TlsHub = Awaited<ReturnType<typeof startTlsHub>>;

function listening(server: Server): Promise<number> {
  return new Promise((ready) => {
    server.listen(0, "127.0.0.1", () => ready((server.address() as AddressInfo).port));
  });
}
