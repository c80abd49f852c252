import { createRoute, z } from "@hono/zod-openapi";
import { AppError } from "../../shared/error";
import type { HubEvent, Registration } from "../../shared/events";
import { registrationSchema } from "../../shared/events";
import { KEY_PATTERN } from "../../shared/sealed/envelope";
import { plainRegistration } from "../registration";
import { mqttPassword } from "../sealed/seal";
import type { ChargePoint, HubState } from "../state/state";
import type { Decision } from "../store/types";
import { requireAdmin } from "./auth";
import type { HubApp, HubServices } from "./context";
import { adminSecurity, answer, body, chargePointSchema, cpIdParam, errors, nothing } from "./schemas";

type ListedChargePoint = z.infer<typeof chargePointSchema>;

const fields = registrationSchema.omit({ cpId: true, securityProfile: true }).partial();

/** What is left out stays as it was; null takes a value away. */
const putSchema = z
  .strictObject({
    ...fields.shape,
    password: z.string().min(8).max(200).nullable().optional().openapi({ description: "null: none is asked for" }),
    securityProfile: z.int().min(0).max(3).optional().openapi({
      description:
        "what it must prove at least: 0 nothing, 1 password, 2 password over TLS, 3 client certificate over TLS",
    }),
    key: z
      .string()
      .regex(KEY_PATTERN, "must be 64 hex digits")
      .nullable()
      .optional()
      .openapi({ description: "for sealed frames over MQTT, 64 hex digits; the charger's password follows from it" }),
  })
  .openapi("ChargePointRegistration");
type Put = z.infer<typeof putSchema>;

const pendingSchema = z.object({
  cpId: z.string(),
  transport: z.enum(["mqtt", "websocket"]),
  address: z.string(),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  attempts: z.int(),
});

const listedSchema = chargePointSchema.extend({
  refused: z
    .object({
      reason: z.enum(["wrong_password", "wrong_certificate", "insecure", "unsealed", "other_key"]).openapi({
        description:
          "unsealed: it sends plain frames over MQTT, and has no plainFrames; other_key: it seals them with a key that the hub does not have",
      }),
      at: z.string(),
    })
    .nullable()
    .openapi({ description: "why it was turned away last, or is not listened to; null: it is, or never tried" }),
});

/** Charge points: list, register, change, remove, and those that wait for approval. */
export function chargePointRoutes(app: HubApp, services: HubServices): void {
  const { store, gateway, hashPassword } = services;
  const refusalOf = (cpId: string) => services.pending.refusalOf(cpId);
  const middleware = requireAdmin(services);
  const common = { middleware, security: adminSecurity, tags: ["Charge points"] };

  app.openapi(
    createRoute({
      ...common,
      method: "get",
      path: "/api/charge-points",
      summary: "All registered charge points with their connectors",
      responses: {
        200: answer("The charge points", z.object({ chargePoints: z.array(listedSchema) })),
        ...errors(401),
      },
    }),
    async (c) => {
      const listed = await store.commit(listChargePoints);
      return c.json({ chargePoints: listed.map((each) => ({ ...each, refused: refusalOf(each.cpId) })) }, 200);
    },
  );

  app.openapi(
    createRoute({
      ...common,
      method: "get",
      path: "/api/pending-charge-points",
      summary: "Charge points that tried to connect and that nobody registered; register one to let it in",
      responses: { 200: answer("Who knocked", z.object({ chargePoints: z.array(pendingSchema) })), ...errors(401) },
    }),
    (c) => {
      const waiting = services.pending.list().filter(({ cpId }) => chargePointOf(store.state, cpId)?.stranger ?? true);
      return c.json({ chargePoints: waiting }, 200);
    },
  );

  app.openapi(
    createRoute({
      ...common,
      method: "put",
      path: "/api/charge-points/{cpId}",
      summary: "Registers a charge point or changes its registration",
      request: { params: cpIdParam, body: body(putSchema) },
      responses: { 204: nothing, ...errors(400, 401, 409) },
    }),
    async (c) => {
      const { cpId } = c.req.valid("param");
      const put = c.req.valid("json");
      const before = chargePointOf(store.state, cpId)?.registration.securityProfile;
      const password = typeof put.key === "string" ? mqttPassword(put.key, cpId) : put.password;
      const hash = typeof password === "string" ? await hashPassword(password) : password;
      await store.commit((state) => decideRegistration(state, cpId, put, hash));
      services.pending.forget(cpId);
      // Its present connection was let in by the old registration.
      const isOther = put.securityProfile !== undefined && put.securityProfile !== before;
      if (hash !== undefined || put.key !== undefined || isOther)
        gateway.disconnect(cpId, "its registration was changed");
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      ...common,
      method: "delete",
      path: "/api/charge-points/{cpId}",
      summary: "Removes a charge point; its sessions stay",
      request: { params: cpIdParam },
      responses: { 204: nothing, ...errors(401, 404, 409) },
    }),
    async (c) => {
      const { cpId } = c.req.valid("param");
      await store.commit((state) => decideRemoval(state, cpId));
      gateway.disconnect(cpId, "it was removed");
      return c.body(null, 204);
    },
  );
}

function decideRegistration(
  state: Readonly<HubState>,
  cpId: string,
  { key: newKey, password, ...put }: Put,
  hash: string | null | undefined,
): Decision<void, HubEvent> {
  const known = chargePointOf(state, cpId);
  const key = newKey === undefined ? (known?.key ?? null) : newKey;
  // The charger makes its password from its key: with any other it would be shut out.
  if (key !== null && password !== undefined) {
    const message = "The password of a charge point with a key follows from the key: leave it out, or set key to null.";
    throw new AppError("conflicting", message, { status: 409 });
  }
  const passwordHash = hash === undefined ? (known?.passwordHash ?? null) : hash;
  const data: Registration = { ...(known?.registration ?? { ...plainRegistration(cpId), plainFrames: false }), ...put };
  const { securityProfile } = data;
  if (passwordHash === null && (securityProfile === 1 || securityProfile === 2)) {
    throw new AppError("password_needed", `With security profile ${securityProfile} it needs a password.`);
  }
  const secrets = { ...(passwordHash !== null && { passwordHash }), ...(key !== null && { key }) };
  const local = Object.keys(secrets).length > 0 ? { local: secrets } : {};
  return { reply: undefined, events: [{ type: "chargePoint.registered", data, ...local }] };
}

function decideRemoval(state: Readonly<HubState>, cpId: string): Decision<void, HubEvent> {
  checkKnown(state, cpId);
  if (Object.values(state.openSessions).some(({ session }) => session.cpId === cpId)) {
    throw new AppError("session_running", "A session is running there: stop it first.", { status: 409 });
  }
  return { reply: undefined, events: [{ type: "chargePoint.removed", data: { cpId } }] };
}

function chargePointOf(state: Readonly<HubState>, cpId: string): ChargePoint | undefined {
  return Object.hasOwn(state.chargePoints, cpId) ? state.chargePoints[cpId] : undefined;
}

/** Throws AppError 404 `unknown_charge_point` where nobody registered it. */
export function checkKnown(state: Readonly<HubState>, cpId: string): void {
  if (!Object.hasOwn(state.chargePoints, cpId)) {
    throw new AppError("unknown_charge_point", "There is no such charge point.", { status: 404 });
  }
}

function listChargePoints(state: Readonly<HubState>): Decision<ListedChargePoint[], HubEvent> {
  const lists = state.localLists?.chargers ?? {};
  const all = Object.values(state.chargePoints).map((each) => listed(lists[each.registration.cpId] ?? null, each));
  return { reply: all.toSorted((a, b) => a.cpId.localeCompare(b.cpId, "en", { numeric: true })), events: [] };
}

function listed(
  localList: ListedChargePoint["localList"],
  { registration, passwordHash, key, boot, online, onlineChangedAt, connectors, reports, security }: ChargePoint,
): ListedChargePoint {
  const reported = Object.entries(connectors).map(([id, connector]) => ({ connectorId: Number(id), ...connector }));
  return {
    ...registration,
    online,
    onlineChangedAt,
    status: connectors[0]?.status ?? null,
    hasPassword: passwordHash !== null,
    passwordChanging: (security?.nextPasswords.length ?? 0) > 0,
    nextSecurityProfile: security?.nextProfile ?? null,
    hasKey: typeof key === "string",
    boot,
    reports: reports ?? {},
    localList,
    connectors: reported.filter(({ connectorId }) => connectorId > 0).toSorted((a, b) => a.connectorId - b.connectorId),
    connectorCount: registration.connectors,
  };
}
