import { createRoute, z } from "@hono/zod-openapi";
import { AppError } from "../../shared/error";
import { currencyDigits } from "../../shared/money";
import { siteSchema } from "../../shared/site";
import { requireSite } from "../accounts/access";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { body, createRouter, failures, json } from "../http/router";
import { appendFeed } from "../hubs/append-feed";
import { lockSite, siteColumns, sitesOf } from "./queries";
import { owningOrganization } from "./owner-organization";
import { listingStates } from "./tables";

export const siteParam = z.object({ siteId: z.uuid() });

const ownedSiteSchema = siteSchema
  .extend({
    siteId: z.uuid(),
    organizationId: z.string(),
    role: z.string(),
    listing: z
      .enum(listingStates)
      .nullable()
      .openapi({ description: "null: what drivers are told of it has not been written yet." }),
  })
  .openapi("Site");
/** Of currencies with thousandths the payment service takes no last digit (docs.stripe.com/currencies#three-decimal): their bills could never be paid. */
const currency = siteSchema.shape.currency.refine((code) => currencyDigits(code) < 3, {
  message: "bills in this currency cannot be paid by card",
});
const newSiteSchema = z.strictObject({
  ...siteSchema.shape,
  currency,
  startPolicy: siteSchema.shape.startPolicy.default("pass"),
  defaultTariffId: z.null().default(null),
  seller: siteSchema.shape.seller.default({ name: "", address: "", vatNumber: "" }),
  organizationId: z.string().max(64).optional(),
});
const changesSchema = siteSchema.extend({ currency }).partial();

const create = createRoute({
  method: "post",
  path: "/v1/sites",
  tags: ["sites"],
  summary: "Adds a site; whoever adds the first one becomes the owner of a new organisation",
  request: { body: body(newSiteSchema) },
  responses: { 201: json("The site.", ownedSiteSchema), ...failures },
});
const list = createRoute({
  method: "get",
  path: "/v1/sites",
  tags: ["sites"],
  summary: "The sites of the signed-in user",
  responses: { 200: json("Sites, oldest first.", z.object({ sites: z.array(ownedSiteSchema) })), ...failures },
});
const read = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}",
  tags: ["sites"],
  summary: "One site",
  request: { params: siteParam },
  responses: { 200: json("The site.", ownedSiteSchema), ...failures },
});
const change = createRoute({
  method: "patch",
  path: "/v1/sites/{siteId}",
  tags: ["sites"],
  summary: "Changes a site; its hub hears of it through the feed",
  request: { params: siteParam, body: body(changesSchema) },
  responses: { 200: json("The site as it is now.", ownedSiteSchema), ...failures },
});

/** Sites and who owns them. */
export function siteRoutes({ db, wake, now, newId }: Deps) {
  return createRouter()
    .openapi(create, async (c) => {
      const { organizationId, ...site } = c.req.valid("json");
      const siteId = newId();
      const organization = await db.transaction().execute(async (trx) => {
        const owning = await owningOrganization(trx, c.get("user"), organizationId, { newId, now: now() });
        const row = { site_id: siteId, organization_id: owning.id, created_at: new Date(now()), ...siteColumns(site) };
        await trx.insertInto("sites").values(row).execute();
        return owning;
      });
      const { id, role } = organization;
      return c.json({ siteId, organizationId: id, role, listing: null, ...site }, 201);
    })
    .openapi(list, async (c) => c.json({ sites: await sitesOf(db, c.get("user").id) }, 200))
    .openapi(read, async (c) => {
      const [site] = await sitesOf(db, c.get("user").id, c.req.valid("param").siteId);
      if (!site) throw notFound("site");
      return c.json(site, 200);
    })
    .openapi(change, async (c) => {
      const { siteId } = c.req.valid("param");
      const userId = c.get("user").id;
      await requireSite(db, userId, siteId, "change");
      const changes = c.req.valid("json");
      const hubId = await db.transaction().execute(async (trx) => {
        const site = { ...(await lockSite(trx, siteId)), ...changes };
        const tariffs = await trx
          .selectFrom("tariffs")
          .select(["tariff_id", "tariff"])
          .where("site_id", "=", siteId)
          .execute();
        if (site.defaultTariffId !== null && !tariffs.some((each) => each.tariff_id === site.defaultTariffId)) {
          throw new AppError("unknown_tariff", "The site has no tariff with this id.", { status: 400 });
        }
        const place = await trx.selectFrom("places").select("access").where("site_id", "=", siteId).executeTakeFirst();
        if (place?.access === "booked" && site.startPolicy !== "pass") {
          throw new AppError("booked_only", "Only who has booked may start here, as its place says.", { status: 409 });
        }
        if (tariffs.some((each) => each.tariff.currency !== site.currency)) {
          throw new AppError("currency_in_use", "The site has tariffs in another currency.", { status: 409 });
        }
        await trx.updateTable("sites").set(siteColumns(site)).where("site_id", "=", siteId).execute();
        return appendFeed(trx, siteId, [{ type: "site.set", data: site }], now());
      });
      wake.tell(`site:${siteId}`);
      if (hubId) wake.tell(`feed:${hubId}`);
      const [site] = await sitesOf(db, userId, siteId);
      if (!site) throw notFound("site");
      return c.json(site, 200);
    });
}
