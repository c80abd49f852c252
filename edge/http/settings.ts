import { createRoute, z } from "@hono/zod-openapi";
import { AppError } from "../../shared/error";
import type { HubEvent } from "../../shared/events";
import { eventData } from "../../shared/events";
import { normaliseIdTag } from "../../shared/ocpp";
import { idTagSchema, instantSchema } from "../../shared/schema";
import { siteSchema } from "../../shared/site";
import { tariffSchema } from "../../shared/tariff";
import { tariffAt } from "../ocpp/start-transaction";
import type { HubState } from "../state/state";
import type { Decision } from "../store/types";
import { requireAdmin } from "./auth";
import type { HubApp, HubServices } from "./context";
import { adminSecurity, answer, body, errors, nothing } from "./schemas";

const idTagDataSchema = eventData["idTag.set"];
const idTagPutSchema = z.strictObject({
  status: idTagDataSchema.shape.status,
  expiryDate: instantSchema.nullable().default(null),
  parentIdTag: idTagSchema.nullable().default(null),
});
const keyPutSchema = z.strictObject({
  key: z.string().min(6).max(100),
  expiresAt: instantSchema.nullable().default(null),
});
const keySchema = z.object({ name: z.string(), expiresAt: instantSchema.nullable() });

/** Each key costs a derivation to compare with, so a site has so many at most. */
const MOST_KEYS = 50;

const param = <N extends string, S extends z.ZodType>(name: N, schema: S) =>
  z.object({ [name]: schema } as Record<N, S>);
const tagParam = param("idTag", idTagSchema);
const tariffParam = param("tariffId", z.string().min(1).max(36));
const nameParam = param("name", z.string().min(1).max(60));

/** What the owner sets at the hub: the site, its tariffs, id tags and access keys. */
export function settingsRoutes(app: HubApp, services: HubServices): void {
  const { store } = services;
  const middleware = requireAdmin(services);
  const admin = { middleware, security: adminSecurity };
  const commit = (events: HubEvent[]) => store.commit((): Decision<void, HubEvent> => ({ reply: undefined, events }));
  const read = <R>(look: (state: Readonly<HubState>) => R) =>
    store.commit((state): Decision<R, HubEvent> => ({ reply: look(state), events: [] }));
  const remove = (what: string, isThere: (state: Readonly<HubState>) => boolean, event: HubEvent) =>
    store.commit((state): Decision<void, HubEvent> => {
      if (!isThere(state)) throw new AppError(`unknown_${what}`, "There is nothing of this name.", { status: 404 });
      return { reply: undefined, events: [event] };
    });

  const site = { ...admin, path: "/api/site", tags: ["Site"] };
  app.openapi(
    createRoute({
      ...site,
      method: "get",
      summary: "The site: name, time zone, currency, who may start, seller",
      responses: { 200: answer("The site", siteSchema), ...errors(401) },
    }),
    async (c) => c.json(await read((state) => ({ ...state.site })), 200),
  );
  app.openapi(
    createRoute({
      ...site,
      method: "put",
      summary: "Sets the site",
      request: { body: body(siteSchema) },
      responses: { 204: nothing, ...errors(400, 401) },
    }),
    async (c) => {
      const data = c.req.valid("json");
      await store.commit((state): Decision<void, HubEvent> => {
        const { defaultTariffId: id } = data;
        if (id !== null && !Object.hasOwn(state.tariffs, id)) {
          throw new AppError("unknown_tariff", "There is no tariff of the id in `defaultTariffId`: set it first.");
        }
        return { reply: undefined, events: [{ type: "site.set", data }] };
      });
      return c.body(null, 204);
    },
  );

  const tariff = { ...admin, path: "/api/tariffs/{tariffId}", tags: ["Tariffs"] };
  app.openapi(
    createRoute({
      ...admin,
      tags: ["Tariffs"],
      method: "get",
      path: "/api/tariffs",
      summary: "All tariffs, in the versions that hold now",
      responses: { 200: answer("The tariffs", z.object({ tariffs: z.array(tariffSchema) })), ...errors(401) },
    }),
    async (c) => {
      const now = services.clock.now();
      const tariffs = await read((state) => Object.keys(state.tariffs).flatMap((id) => tariffAt(state, id, now) ?? []));
      return c.json({ tariffs }, 200);
    },
  );
  app.openapi(
    createRoute({
      ...tariff,
      method: "put",
      summary: "Sets a tariff, in OCPI 2.2.1 structure; running sessions keep theirs",
      request: { params: tariffParam, body: body(tariffSchema) },
      responses: { 204: nothing, ...errors(400, 401) },
    }),
    async (c) => {
      const data = c.req.valid("json");
      if (data.id !== c.req.valid("param").tariffId) {
        throw new AppError("id_mismatch", "The tariff's `id` and the address name different tariffs.");
      }
      await commit([{ type: "tariff.set", data }]);
      return c.body(null, 204);
    },
  );
  app.openapi(
    createRoute({
      ...tariff,
      method: "delete",
      summary: "Removes a tariff",
      request: { params: tariffParam },
      responses: { 204: nothing, ...errors(401, 404) },
    }),
    async (c) => {
      const data = c.req.valid("param");
      await remove("tariff", (state) => Object.hasOwn(state.tariffs, data.tariffId), { type: "tariff.removed", data });
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      ...admin,
      tags: ["Id tags"],
      method: "get",
      path: "/api/id-tags",
      summary: "All id tags; chargers that keep a local list get them too",
      responses: { 200: answer("The id tags", z.object({ idTags: z.array(idTagDataSchema) })), ...errors(401) },
    }),
    async (c) => c.json({ idTags: await read(({ idTags }) => Object.values(idTags)) }, 200),
  );
  const idTag = { ...admin, path: "/api/id-tags/{idTag}", tags: ["Id tags"], request: { params: tagParam } };
  app.openapi(
    createRoute({
      ...idTag,
      method: "put",
      summary: "Sets what an id tag may do",
      request: { params: tagParam, body: body(idTagPutSchema) },
      responses: { 204: nothing, ...errors(400, 401) },
    }),
    async (c) => {
      const data = { ...c.req.valid("json"), idTag: c.req.valid("param").idTag };
      await commit([{ type: "idTag.set", data }]);
      return c.body(null, 204);
    },
  );
  app.openapi(
    createRoute({
      ...idTag,
      method: "get",
      summary: "An id tag; its case does not matter",
      responses: { 200: answer("The id tag", idTagDataSchema), ...errors(401, 404) },
    }),
    async (c) => {
      const key = normaliseIdTag(c.req.valid("param").idTag);
      const found = await read(({ idTags }) => (Object.hasOwn(idTags, key) ? idTags[key] : undefined));
      if (!found) throw new AppError("unknown_id_tag", "There is no such id tag.", { status: 404 });
      return c.json(found, 200);
    },
  );
  app.openapi(
    createRoute({
      ...idTag,
      method: "delete",
      summary: "Forgets an id tag",
      responses: { 204: nothing, ...errors(401, 404) },
    }),
    async (c) => {
      const data = c.req.valid("param");
      const isThere = (state: Readonly<HubState>) => Object.hasOwn(state.idTags, normaliseIdTag(data.idTag));
      await remove("id_tag", isThere, { type: "idTag.removed", data });
      return c.body(null, 204);
    },
  );

  const key = { ...admin, path: "/api/access-keys/{name}", tags: ["Access keys"] };
  app.openapi(
    createRoute({
      ...admin,
      tags: ["Access keys"],
      method: "get",
      path: "/api/access-keys",
      summary: "Names of the access keys; the keys themselves are kept nowhere",
      responses: { 200: answer("The names", z.object({ accessKeys: z.array(keySchema) })), ...errors(401) },
    }),
    async (c) => {
      const names = await read(({ accessKeys }) =>
        Object.values(accessKeys).map(({ name, expiresAt }) => ({ name, expiresAt })),
      );
      return c.json({ accessKeys: names }, 200);
    },
  );
  app.openapi(
    createRoute({
      ...key,
      method: "put",
      summary: "Sets an access key, for sites whose policy asks for one",
      request: { params: nameParam, body: body(keyPutSchema) },
      responses: { 204: nothing, ...errors(400, 401, 409) },
    }),
    async (c) => {
      const { name } = c.req.valid("param");
      const { key, expiresAt } = c.req.valid("json");
      const hash = await services.hashPassword(key);
      await store.commit((state): Decision<void, HubEvent> => {
        const names = new Set([...Object.keys(state.accessKeys), name]);
        if (names.size > MOST_KEYS) {
          throw new AppError("too_many_keys", `A site has at most ${MOST_KEYS} access keys.`, { status: 409 });
        }
        return { reply: undefined, events: [{ type: "accessKey.set", data: { name, expiresAt }, local: { hash } }] };
      });
      return c.body(null, 204);
    },
  );
  app.openapi(
    createRoute({
      ...key,
      method: "delete",
      summary: "Takes an access key away",
      request: { params: nameParam },
      responses: { 204: nothing, ...errors(401, 404) },
    }),
    async (c) => {
      const data = c.req.valid("param");
      const isThere = (state: Readonly<HubState>) => Object.hasOwn(state.accessKeys, data.name);
      await remove("access_key", isThere, { type: "accessKey.removed", data });
      return c.body(null, 204);
    },
  );
}
