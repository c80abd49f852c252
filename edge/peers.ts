import { z } from "zod";
import { AppError } from "../shared/error";
import { offline } from "./call-queue";
import type { CallOptions, Gateway } from "./gateway";
import type { CallAction, CallRequest, CallResponse } from "./ocpp/calls";
import { calls, isCallAction } from "./ocpp/calls";
import type { HandleDeps } from "./ocpp/handle";
import { handleCall } from "./ocpp/handle";
import type { FollowUp } from "./ocpp/route";
import type { Link } from "./peer";
import { Peer, closeCodes } from "./peer";
import type { RateLimits } from "./rate-limit";

interface PeersDeps extends HandleDeps {
  limits: RateLimits;
  /** The charger's boot was accepted and answered. */
  onBooted(cpId: string): void;
  /** The charger asked for a certificate, and was told that it is being looked at. */
  onCertify(cpId: string, csr: string): void;
  /** A frame has come. */
  onFrame(peer: Peer): void;
}

/** A connection that was let in. */
export interface Connection {
  readonly peer: Peer;
  receive(text: string): void;
  /** A frame came that is nothing to read: a ping. */
  frame(): void;
  /** The transport below is alive, or a frame came that cannot be relied on: keeps the socket open, but tells nothing of the charger's program. */
  breath(): void;
  /** It is gone; a newer connection of the same charger stays. */
  closed(): void;
}

/** The connected peers, by charge point: the newest connection of each. */
export class Peers implements Gateway {
  private readonly deps: PeersDeps;
  private readonly peers = new Map<string, Peer>();
  private readonly open = new Set<Peer>();
  private closing = false;

  constructor(deps: PeersDeps) {
    this.deps = deps;
  }

  /** Takes in a connection. An older one of the same charger is closed: chargers come back long before a half-open socket is noticed. */
  connect(cpId: string, link: Link): Connection {
    const { deps } = this;
    const peer: Peer = new Peer({
      cpId,
      link,
      clock: deps.clock,
      log: deps.log,
      newId: deps.newId,
      handle: (action, payload) => handleCall(deps, cpId, action, payload),
      followUp: (each) => this.followUp(cpId, each),
      throttle: deps.limits.messages(cpId),
    });
    this.peers.get(cpId)?.close(closeCodes.policy, "replaced by a newer connection");
    this.peers.set(cpId, peer);
    this.open.add(peer);
    if (this.closing) peer.close(closeCodes.goingAway, "the hub is stopping");
    const breath = () => {
      peer.silentSeconds = 0;
    };
    const frame = () => {
      breath();
      deps.onFrame(peer);
    };
    return {
      peer,
      breath: () => {
        breath();
        peer.count(0);
      },
      frame: () => {
        frame();
        peer.count(0);
      },
      receive: (text) => {
        frame();
        peer.receive(text);
      },
      closed: () => {
        peer.gone();
        this.open.delete(peer);
        if (this.peers.get(cpId) === peer) this.peers.delete(cpId);
      },
    };
  }

  async call<A extends CallAction>(
    cpId: string,
    action: A,
    payload: CallRequest<A>,
    options?: CallOptions,
  ): Promise<CallResponse<A>> {
    return (await this.callUnchecked(cpId, action, payload, options)) as CallResponse<A>;
  }

  async callUnchecked(cpId: string, action: string, payload: unknown, options?: CallOptions): Promise<unknown> {
    if (!isCallAction(action)) {
      throw new AppError("unknown_action", `${action} is not a call that OCPP 1.6 knows.`, { status: 400 });
    }
    const request = calls[action].request.safeParse(payload);
    if (!request.success) throw invalidPayload(action, request.error);
    const peer = this.peers.get(cpId);
    if (!peer) throw offline();
    const response = calls[action].response.safeParse(await peer.call(action, request.data, options));
    if (!response.success) throw invalidResponse(action, response.error);
    return response.data;
  }

  isConnected(cpId: string): boolean {
    return this.peers.has(cpId);
  }

  disconnect(cpId: string, why: string): void {
    this.peers.get(cpId)?.close(closeCodes.policy, why);
  }

  /** The connected peers. */
  all(): Iterable<Peer> {
    return this.peers.values();
  }

  get(cpId: string): Peer | undefined {
    return this.peers.get(cpId);
  }

  /** Closes all connections, now and from now on, and resolves when what they brought is handled. */
  async close(): Promise<void> {
    this.closing = true;
    const peers = [...this.open];
    for (const peer of peers) peer.close(closeCodes.goingAway, "the hub is stopping");
    await Promise.all(peers.map((peer) => peer.idle()));
  }

  private followUp(cpId: string, each: FollowUp): void {
    if (each.do === "configure") return this.deps.onBooted(cpId);
    if (each.do === "certify") return this.deps.onCertify(cpId, each.csr);
    void this.callUnchecked(cpId, each.action, each.payload).catch((error: unknown) => {
      this.deps.log.warn({ err: error, cpId, action: each.action }, "a call that follows from a message has failed");
    });
  }
}

function invalidPayload(action: string, error: z.ZodError): AppError {
  return new AppError("invalid_payload", `This is no payload for ${action}:\n${z.prettifyError(error)}`, {
    status: 400,
  });
}

function invalidResponse(action: string, error: z.ZodError): AppError {
  const message = `The charger's answer to ${action} cannot be understood:\n${z.prettifyError(error)}`;
  return new AppError("invalid_response", message, { status: 502 });
}
