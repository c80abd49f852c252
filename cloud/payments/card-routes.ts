import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../deps";
import { countHit } from "../http/rate-limit";
import { body, createRouter, failures, json } from "../http/router";
import { cardsOf, openCardPage, removeCard, takeCard } from "./cards";
import { LOOKS, TRIES } from "./schemas";

const cardSchema = z
  .object({
    paymentMethodId: z.string(),
    card: z.string().openapi({ description: "As it is shown: `visa 4242`." }),
    expires: z.string().nullable().openapi({ description: "The month until whose end it is good: `2029-05`." }),
    isDefault: z.boolean().openapi({ description: "The one that pays where the driver pays by card." }),
  })
  .openapi("SavedCard");
const nameSchema = z.string().regex(/^\w{1,200}$/);

const list = createRoute({
  method: "get",
  path: "/v1/me/cards",
  tags: ["payments"],
  summary: "The driver's saved cards, the latest first",
  responses: {
    200: json("None where the platform takes no cards.", z.object({ cards: z.array(cardSchema) })),
    ...failures,
  },
});
const add = createRoute({
  method: "post",
  path: "/v1/me/cards",
  tags: ["payments"],
  summary: "Opens a page of the payment service to save a card on",
  responses: { 201: json("Where the driver's browser goes.", z.object({ url: z.url() })), ...failures },
});
const take = createRoute({
  method: "post",
  path: "/v1/me/cards/saved",
  tags: ["payments"],
  summary:
    "Takes over the card that was saved on a page; it pays from now on, unless the driver has chosen anew meanwhile",
  request: { body: body(z.strictObject({ checkoutId: nameSchema })) },
  responses: {
    200: json("null: no card was saved there.", z.object({ card: z.string().nullable() })),
    ...failures,
  },
});
const remove = createRoute({
  method: "delete",
  path: "/v1/me/cards/{paymentMethodId}",
  tags: ["payments"],
  summary: "Removes a saved card for good; the next one takes its place",
  request: { params: z.object({ paymentMethodId: nameSchema }) },
  responses: { 204: { description: "It is gone." }, ...failures },
});

/** The saved cards of drivers. */
export function cardRoutes(deps: Deps) {
  const { db, now } = deps;
  return createRouter()
    .openapi(list, async (c) => {
      const userId = c.get("user").id;
      await countHit(db, `looks:${userId}`, LOOKS, now());
      return c.json({ cards: await cardsOf(deps, userId) }, 200);
    })
    .openapi(add, async (c) => {
      const userId = c.get("user").id;
      await countHit(db, `payments:${userId}`, TRIES, now());
      return c.json({ url: await openCardPage(deps, userId) }, 201);
    })
    .openapi(take, async (c) => {
      const userId = c.get("user").id;
      // Whoever has come back asks again and again until it is saved.
      await countHit(db, `looks:${userId}`, LOOKS, now());
      return c.json({ card: await takeCard(deps, c.req.valid("json").checkoutId, userId) }, 200);
    })
    .openapi(remove, async (c) => {
      const userId = c.get("user").id;
      await countHit(db, `payments:${userId}`, TRIES, now());
      await removeCard(deps, userId, c.req.valid("param").paymentMethodId);
      return c.body(null, 204);
    });
}
