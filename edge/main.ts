import { randomBytes, randomInt } from "node:crypto";
import { stat } from "node:fs/promises";
import { createServer } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { version } from "../package.json";
import { AppError } from "../shared/error";
import { createAdmission } from "./admission";
import { startReservations } from "./booking/start";
import { systemClock, systemTime } from "./clock";
import { readCommand, runCommand } from "./commands";
import type { HubConfig } from "./config";
import { readConfig } from "./config";
import { Configurator, standardConfiguration } from "./configure";
import { Peers } from "./peers";
import { addressFor, addressForChargers } from "./files/address";
import { OperatorFiles } from "./files/files";
import { Tickets } from "./files/tickets";
import { Vault } from "./files/vault";
import { createApp } from "./http/app";
import { createHttpLimits } from "./http/limits";
import { createMetrics } from "./http/metrics";
import { httpServer, httpsServer, listen, listenOnUsual, stopListening } from "./http/server";
import { adminTokenOf } from "./identity";
import { BoardFirmware } from "./installer/board-firmware";
import { HubClock } from "./hub-clock";
import { createIds } from "./ids";
import { Liveness } from "./liveness";
import { startLoadManagement } from "./load/controller";
import { LocalLists } from "./local-list/local-lists";
import { createLog } from "./log";
import { isOnLink, placeOf } from "./mdns/place";
import type { Mdns } from "./mdns/responder";
import { startMdns } from "./mdns/responder";
import { attachMqtt } from "./mqtt";
import { createPasswordVerifier, hashPassword } from "./password";
import { PendingChargePoints } from "./pending";
import { createRateLimits } from "./rate-limit";
import { Certificates } from "./security/certificates";
import { Credentials } from "./security/credentials";
import { Retention } from "./retention";
import { Starter } from "./start/starter";
import { Stopper } from "./start/stopper";
import { hubDomain } from "./state/domain";
import { ARCHIVE_FOLDER } from "./store/archive";
import { nodeFiles } from "./store/files";
import { openStore } from "./store/store";
import { CloudLink } from "./sync/link";
import { openTls } from "./tls/open";
import { attachWebSocket } from "./websocket";

/** The hub's program: everything is made and tied together here, and nowhere else. */

/** Seconds (contract: alive and offline; OCPP 1.6 chapter 9). */
const HEARTBEAT = 45;
const BOOT_RETRY = 60;
const SHORT_TOKEN = 16;
const SPACE_MS = 10_000;
const HTTPS_PORT = 8443;
const MQTTS_PORT = 8883;

const log = createLog();

try {
  const config = readConfig();
  const command = readCommand(process.argv.slice(2));
  if (command) process.stdout.write(`${await runCommand(command, config.data, systemClock.now)}\n`);
  else await run(config);
} catch (error) {
  // A known fault is a sentence for people; anything else needs its stack.
  if (error instanceof AppError) process.stderr.write(`${error.message}\n`);
  else log.fatal({ err: error }, "the hub could not start");
  process.exitCode = 1;
}

async function run(config: HubConfig): Promise<void> {
  const newId = createIds(() => clock.now(), randomBytes);
  if (config.acceptUnknown) {
    log.warn(
      "HUB_ACCEPT_UNKNOWN is true: ANY charger may connect without a password, any id tag may charge, no rate limits",
    );
  }
  // Nobody is connected yet when a disk is found full at the start.
  let connected: Peers | null = null;
  const store = await openStore({
    folder: config.data,
    domain: hubDomain,
    journalBytes: config.journalBytes,
    now: () => clock.now(),
    newId,
    onFatal: (error) => {
      // Memory and disk may differ: the next start reads what the disk holds.
      log.fatal({ err: error }, "the hub ends: its disk refused");
      process.exit(1);
    },
    onFull: (full) => {
      // A charger that is cut off keeps its messages; one that gets an error drops them.
      if (full) for (const { cpId } of connected?.all() ?? []) connected?.disconnect(cpId, "the hub's disk is full");
    },
    log,
  });

  const clock: HubClock = new HubClock(systemTime, store.report.lastAt);
  if (!clock.credible()) log.warn({ lastAt: store.report.lastAt }, "the machine's clock is behind the journal");
  const admin = await adminTokenOf(config.data, config.adminToken);
  if (admin.token.length < SHORT_TOKEN) log.warn(`HUB_ADMIN_TOKEN has fewer than ${SHORT_TOKEN} characters`);
  if (admin.isNew) process.stderr.write(`Admin token, shown once and kept in ${admin.file}: ${admin.token}\n`);

  const limits = createRateLimits(clock.now, config.rateLimit);
  const pending = new PendingChargePoints();
  const { acceptUnknown, acceptNoSubprotocol, keepMonths } = config;
  const isFull = () => store.full;
  const base = { store, clock, log, limits };
  const admission = createAdmission({ ...base, verifier: createPasswordVerifier(), pending, acceptUnknown, isFull });
  const chance = { newId, random: randomBytes, randomId: () => randomInt(1, 2 ** 31) };
  const peers: Peers = new Peers({
    ...base,
    settings: { acceptUnknown, heartbeatInterval: HEARTBEAT, retryInterval: BOOT_RETRY },
    ...chance,
    onBooted: (cpId) => configurator.booted(cpId),
    onCertify: (cpId, csr) => void certificates.answer(cpId, csr),
    onFrame: (peer) => liveness.frame(peer),
  });
  connected = peers;
  const common = { store, gateway: peers, clock, log };
  const wanted = standardConfiguration(HEARTBEAT, config.sampleInterval);
  const configurator = new Configurator({ ...common, wanted });
  const liveness = new Liveness({ ...common, peers });
  const retention = new Retention({
    ...common,
    archive: store.archive,
    sizeOf: async (file) => (await stat(join(config.data, ARCHIVE_FOLDER, `${file}.jsonl`))).size,
    keepMonths,
    maxBytes: config.archiveBytes,
  });
  const localLists = new LocalLists(common);

  const place = () => ({ interfaces: networkInterfaces(), hostname: hostname(), publicUrl: config.publicUrl });
  const tls = await openTls({ folder: config.data, clock, log, limits, place });
  const certificates = new Certificates({ ...common, authority: tls.authority });
  const credentials = new Credentials({ ...common, hashPassword, random: randomBytes });

  const starter = new Starter({ ...common, random: randomBytes, isLimited: config.siteLimitA !== null });
  const stopper = new Stopper(common);
  const link = new CloudLink({
    ...common,
    starter,
    stopper,
    random: Math.random,
    newId,
    folder: config.data,
    cloudUrl: config.cloudUrl,
    name: hostname().slice(0, 100) || "hub",
    version,
  });
  // Keys of drivers have their own queue: guessing them must not hold up a charger at the door.
  const keyVerifier = createPasswordVerifier();
  const load = startLoadManagement({ ...common, siteLimitA: config.siteLimitA });
  const ports = { http: 0, https: 0, mqtt: 0, mqtts: 0 };
  const where = (publicUrl: string | null) => ({ publicUrl, port: ports.http, interfaces: networkInterfaces() });
  const files = new OperatorFiles({
    ...common,
    vault: new Vault(join(config.data, "files"), nodeFiles.space),
    tickets: new Tickets(clock, randomBytes),
    ...chance,
    addressFor: (cpId) => addressFor(peers.get(cpId)?.link.address ?? null, where(config.publicUrl)),
    isFull,
  });
  await files.tidy();
  const clockCredible = () => clock.credible();
  const reservations = await startReservations({
    ...common,
    starter,
    stopper,
    clockCredible,
    folder: config.data,
    isLoadManaged: () => load.view().active,
    ...chance,
  });
  const app = createApp({
    ...common,
    files,
    starter,
    stopper,
    link,
    bookings: reservations.bookings,
    sampleInterval: config.sampleInterval,
    clockCredible,
    load,
    certificates,
    credentials,
    pending,
    adminToken: admin.token,
    hashPassword,
    verifyKey: (key, hash) => keyVerifier.verify(key, hash),
    random: randomBytes,
    limits: createHttpLimits(clock, config.rateLimit),
    installer: {
      place: (remote) => ({ hubUrl: addressForChargers(remote, where(null)), mqttPort: ports.mqtt }),
      httpsPort: () => ports.https,
      firmware: new BoardFirmware(join(config.data, "installer"), fetch, log),
    },
    metrics: createMetrics({
      store,
      link: () => link.status(),
      sealedRefused: () => ({
        plain: mqtt.sealedRefused.plain + mqttTls.sealedRefused.plain,
        unopened: mqtt.sealedRefused.unopened + mqttTls.sealedRefused.unopened,
      }),
      ofProcess: true,
    }),
    publicUrl: config.publicUrl,
    webFolder: config.webFolder,
    version,
  });

  const http = httpServer(app);
  const https = httpsServer(app, tls.options());
  const mqttServer = createServer();
  const mqttsServer = createTlsServer(tls.options());
  const fronts = { https: tls.front(https), mqtts: tls.front(mqttsServer) };
  const webSocket = attachWebSocket(http, { admission, peers, log, secure: false, acceptNoSubprotocol });
  const webSocketTls = attachWebSocket(https, { admission, peers, log, secure: true, acceptNoSubprotocol });
  const mqtt = await attachMqtt(mqttServer, { admission, peers, store, limits, log, secure: false });
  const mqttTls = await attachMqtt(mqttsServer, { admission, peers, store, limits, log, secure: true });

  function watchSpace(): void {
    const warn = (error: unknown) => log.warn({ err: error }, "the disk's free space cannot be read");
    clock.after(SPACE_MS, () => void store.checkSpace().catch(warn).finally(watchSpace));
  }

  let mdns: Mdns | null = null;
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => (stopping ??= end());
  async function end(): Promise<void> {
    liveness.stop();
    load.stop();
    localLists.stop();
    retention.stop();
    clock.stop();
    starter.close();
    await reservations.stop();
    await link.end();
    await mdns?.close();
    await peers.close();
    certificates.stop();
    tls.stop();
    await Promise.all([webSocket, webSocketTls, mqtt, mqttTls].map((each) => each.close()));
    await Promise.all([stopListening(http), stopListening(https, fronts.https)]);
    await Promise.all([mqttServer, fronts.mqtts].map((each) => new Promise((resolve) => each.close(resolve))));
    await store.close();
  }

  try {
    await liveness.start();
    watchSpace();
    retention.start();
    clock.watch(store, log);
    starter.resume();
    const { host } = config;
    const ofHttps = { given: config.httpsPort, usual: HTTPS_PORT };
    const ofMqtts = { given: config.mqttsPort, usual: MQTTS_PORT };
    ports.mqtt = await listen(mqttServer, "HUB_MQTT_PORT", config.mqttPort, host);
    ports.http = await listen(http, "HUB_HTTP_PORT", config.httpPort, host);
    ports.https = await listenOnUsual(fronts.https, "HUB_HTTPS_PORT", ofHttps, host, log);
    ports.mqtts = await listenOnUsual(fronts.mqtts, "HUB_MQTTS_PORT", ofMqtts, host, log);
    const here = () => placeOf({ host, interfaces: networkInterfaces(), hostname: hostname(), ports });
    const isLocal = (address: string) => isOnLink(address, networkInterfaces());
    if (config.mdns && here()) mdns = startMdns({ place: here, isLocal, clock, log });
    await link.start();
    const failed = (error: unknown) => {
      log.fatal({ err: error }, "the hub did not stop in good order");
      process.exit(1);
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        log.info({ signal }, "stopping");
        stop().then(() => process.exit(0), failed);
      });
    }
    log.info({ ...ports, data: config.data, version }, "the hub serves");
    const url = addressFor(config.host, where(config.publicUrl));
    process.stderr.write(`Page for drivers ${url}, for installers and owners ${url}/admin\n`);
    process.stdout.write(`${JSON.stringify({ ready: true, ...ports })}\n`);
  } catch (error) {
    await stop();
    throw error;
  }
}
