import type { Server, Socket } from "node:net";
import { Aedes } from "aedes";
import type { AedesOptions, AuthenticateError, Client } from "aedes";
import type { Admission, Refusal } from "./admission";
import { encodeError, parseFrame } from "./frame";
import type { Connection, Peers } from "./peers";
import type { Log } from "./log";
import { guardPackets } from "./packet-guard";
import type { Link } from "./peer";
import type { RateLimits } from "./rate-limit";
import { Channel } from "./sealed/channel";
import type { HubStore } from "./state/domain";
import { clientCertificateOf } from "./tls/front";
import { MAX_FRAME_BYTES } from "./websocket";

interface MqttDeps {
  admission: Admission;
  peers: Peers;
  store: HubStore;
  limits: Pick<RateLimits, "packets">;
  log: Log;
  /** The server speaks TLS. */
  secure: boolean;
}

/** How many frames were plain and should have been sealed, and how many envelopes could not be opened. */
export interface SealedRefused {
  plain: number;
  unopened: number;
}

interface Mqtt {
  /** Frames that were not let in since the start. */
  readonly sealedRefused: Readonly<SealedRefused>;
  /** Ends the broker and its connections. */
  close(): Promise<void>;
}

/** What a connection has besides its peer: frames wait until the charger listens, and has said how it speaks. */
interface Session {
  connection: Connection;
  channel: Channel;
  /** null: it has not subscribed yet. */
  qos: 0 | 1 | null;
  unsent: { text: string; isLate?: (() => boolean) | undefined }[];
  warned: boolean;
}

/** Frames that wait for a charger to subscribe. */
const MAX_UNSENT = 50;

/** CONNACK return codes (MQTT 3.1.1 section 3.2.2.3). */
const returnCodes: Record<Refusal, number> = {
  bad_id: 2,
  unknown: 5,
  wrong_password: 4,
  wrong_certificate: 5,
  insecure: 5,
  rate: 3,
  full: 3,
};

/**
 * OCPP-J over MQTT 3.1.1 on a TCP (or TLS) server: an Aedes broker that lets each charge point publish to `ocpp/cp/{cpId}` and its `/Reply`,
 * subscribe to `ocpp/cs/{cpId}`, and nothing else. Nothing is retained, no session outlives its connection, no will is kept.
 */
export async function attachMqtt(server: Server, deps: MqttDeps): Promise<Mqtt> {
  const { admission, peers, store, log } = deps;
  const sessions = new Map<Client, Session>();
  const ends = new WeakMap<object, { address: string; certificate: string | null }>();
  const addressOf = (client: Client): string => String(ends.get(client.conn)?.address);
  const sealedRefused: SealedRefused = { plain: 0, unopened: 0 };

  const options: AedesOptions = {
    preConnect: (_client, packet, done) => {
      packet.clean = true;
      delete packet.will;
      done(null, true);
    },
    authenticate: (client, username, password, done) => {
      const { id: cpId } = client;
      const address = addressOf(client);
      const certificate = ends.get(client.conn)?.certificate ?? null;
      const { secure } = deps;
      const knock = { cpId, transport: "mqtt" as const, address, username, password, secure, certificate };
      admission.refuse(knock).then(
        (refusal) => done(refusal && refused(refusal), refusal === null),
        (error: unknown) => {
          log.error({ err: error, cpId: client.id }, "could not look at a connection");
          done(authError(3, "server unavailable"), false);
        },
      );
    },
    authorizePublish: (client, packet, done) => {
      const cpId = String(client?.id);
      const { topic } = packet;
      const session = client && sessions.get(client);
      if (!session || (topic !== callsTopic(cpId) && topic !== `${callsTopic(cpId)}/Reply`)) {
        log.warn({ cpId, topic: topic.slice(0, 100) }, "refused a publish to a topic of somebody else");
        return done(new Error("not your topic"));
      }
      packet.retain = false;
      receive(client, session, cpId, packet.payload as Buffer);
      done(null);
    },
    authorizeSubscribe: (client, subscription, done) => {
      const own = subscription.topic === commandsTopic(client.id);
      if (!own) log.warn({ cpId: client.id, topic: subscription.topic.slice(0, 100) }, "refused a subscription");
      done(null, own ? subscription : null);
    },
  };
  const broker = await Aedes.createBroker(options);

  broker.on("clientReady", (client) => {
    if (client.closed) return;
    const link = linkOf(client, addressOf(client), () => session);
    const session: Session = {
      connection: peers.connect(client.id, link),
      channel: new Channel(client.id, store.state.chargePoints[client.id]?.key ?? null, () => mayBePlain(client.id)),
      qos: null,
      unsent: [],
      warned: false,
    };
    sessions.set(client, session);
  });
  broker.on("clientDisconnect", (client) => {
    sessions.get(client)?.connection.closed();
    sessions.delete(client);
  });
  broker.on("subscribe", (subscriptions, client) => {
    const session = sessions.get(client);
    const own = subscriptions.find(({ topic, qos }) => topic === commandsTopic(client.id) && qos <= 2);
    if (!session || !own) return;
    session.qos = own.qos === 0 ? 0 : 1;
    flush(client, session);
  });
  broker.on("unsubscribe", (topics, client) => {
    const session = sessions.get(client);
    if (session && topics.includes(commandsTopic(client.id))) session.qos = null;
  });
  broker.on("ping", (_packet, client) => sessions.get(client)?.connection.breath());
  broker.on("clientError", (client, error) =>
    log.info({ err: error, cpId: client.id }, "a charger's connection broke"),
  );
  broker.on("connectionError", (_client, error) => log.info({ err: error }, "a connection broke before it was known"));

  const mayBePlain = (cpId: string): boolean => store.state.chargePoints[cpId]?.registration.plainFrames === true;

  function receive(client: Client, session: Session, cpId: string, payload: Buffer): void {
    const { connection, channel } = session;
    const received = channel.receive(payload);
    if (received.kind === "text") {
      if (session.warned) admission.unheard(cpId, null);
      flush(client, session);
      return connection.receive(received.text);
    }
    // A greeting may be a recorded one: neither it nor what is refused is the charger's word.
    connection.breath();
    if (received.kind === "welcome") {
      publish(client, 1, received.payload);
      return flush(client, session);
    }
    admission.unheard(cpId, received.plain ? "unsealed" : "other_key");
    sealedRefused[received.plain ? "plain" : "unopened"] += 1;
    if (received.plain && !channel.isSealed) {
      const frame = parseFrame(payload.toString("utf8"), { objectForm: true });
      const why = "this charge point must seal its frames";
      const isCall = frame.kind === "call";
      // said plainly, or who speaks plainly would never hear it
      if (isCall)
        publish(client, session.qos ?? 0, Buffer.from(encodeError(frame.form, frame.id, "SecurityError", why)));
    }
    if (session.warned) return;
    session.warned = true;
    const { plain } = received;
    log.warn({ cpId, plain }, plain ? "refused a plain frame" : "cannot open a sealed frame");
  }

  const onSocket = (socket: Socket) => {
    socket.setNoDelay(true);
    const guarded = guardPackets(socket, MAX_FRAME_BYTES, deps.limits.packets());
    ends.set(guarded, { address: String(socket.remoteAddress), certificate: clientCertificateOf(socket) });
    broker.handle(guarded);
  };
  const event = deps.secure ? "secureConnection" : "connection";
  server.on(event, onSocket);
  return {
    sealedRefused,
    close: () => {
      server.off(event, onSocket);
      return new Promise((resolve) => broker.close(() => resolve()));
    },
  };
}

function linkOf(client: Client, address: string, sessionOf: () => Session): Link {
  return {
    transport: "mqtt",
    address,
    objectForm: true,
    send: (text, isLate) => {
      const session = sessionOf();
      if (session.unsent.length < MAX_UNSENT) session.unsent.push({ text, isLate });
      flush(client, session);
    },
    close: () => client.close(),
  };
}

/** Sends what waits, once the charger listens and has said how it speaks. A text too long to be sealed is lost, and so is a call that nobody waits for any more. */
function flush(client: Client, session: Session): void {
  if (session.qos === null || session.channel.isWaiting) return;
  for (const { text, isLate } of session.unsent.splice(0)) {
    const payload = isLate?.() ? null : session.channel.wrap(text);
    if (payload) publish(client, session.qos, payload);
  }
}

function publish(client: Client, qos: 0 | 1, bytes: Uint8Array): void {
  if (client.closed) return;
  const topic = commandsTopic(client.id);
  const payload = Buffer.from(bytes);
  // Errors come as the end of the connection; what was under way is lost with it.
  client.publish({ cmd: "publish", topic, payload, qos, retain: false, dup: false }, () => {});
}

/** What a charger says (EMQX's topics, see contract). */
function callsTopic(cpId: string): string {
  return `ocpp/cp/${cpId}`;
}

/** What it is told. */
function commandsTopic(cpId: string): string {
  return `ocpp/cs/${cpId}`;
}

function refused(refusal: Refusal): AuthenticateError {
  return authError(returnCodes[refusal], refusal);
}

function authError(returnCode: number, message: string): AuthenticateError {
  return Object.assign(new Error(message), { returnCode });
}
