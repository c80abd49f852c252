import { z } from "@hono/zod-openapi";
import type { Method } from "./charge-types";
import { methods } from "./charge-types";

/** Pure: which way of paying an owner accepts from a driver. */

/** The most that is set aside for one session, in minor units. */
export const MOST_HELD = 10_000;

export const rulesSchema = z
  .strictObject({
    methods: z
      .array(z.enum(methods))
      .min(1)
      .refine((list) => new Set(list).size === list.length, "each method once")
      .openapi({ description: "Ways of paying that are accepted here." }),
    onAccountFor: z.enum(["everybody", "approved", "members"]).openapi({
      description: "Who may pay later: everybody, who has an approved card here, or who has a plan that holds here.",
    }),
    hold: z.int().min(0).max(MOST_HELD).nullable().openapi({
      description: "Minor units that are set aside before a session; null: what it is expected to cost.",
    }),
  })
  .openapi("PaymentRules");
export type PaymentRules = z.infer<typeof rulesSchema>;

/** Until an owner says otherwise. */
export const defaultRules: PaymentRules = { methods: [...methods], onAccountFor: "everybody", hold: null };

/** What is known of a driver at a site. */
export interface Payer {
  /** The platform takes cards. */
  takesCards: boolean;
  hasCard: boolean;
  /** Has a plan of the owner's that holds here. */
  isMember: boolean;
  /** Has a card that the owner has approved for starts. */
  isApproved: boolean;
}

/** Why a way of paying is not open to a driver: the owner takes none such, the platform, no card is saved, not from this driver, no plan holds. */
export type MethodRefusal = "not_accepted" | "no_cards" | "no_card" | "not_for_you" | "no_plan";

/** Whether a driver may pay so; null: yes. */
export function refusalOf(method: Method, rules: PaymentRules, payer: Payer): MethodRefusal | null {
  if (!rules.methods.includes(method)) return "not_accepted";
  switch (method) {
    case "card":
      return !payer.takesCards ? "no_cards" : payer.hasCard ? null : "no_card";
    case "wallet":
      return payer.takesCards ? null : "no_cards";
    case "plan":
      return payer.isMember ? null : "no_plan";
    case "on_account":
      return mayPayLater(rules.onAccountFor, payer) ? null : "not_for_you";
    case "on_site":
      return null;
  }
}

function mayPayLater(whom: PaymentRules["onAccountFor"], { isMember, isApproved }: Payer): boolean {
  return whom === "everybody" || (whom === "approved" ? isApproved : isMember);
}

/** In this order another way is looked for where the usual one is not accepted: first those by which the owner has the money at once. */
const others: readonly Method[] = ["card", "wallet", "plan", "on_account", "on_site"];

/** How a driver pays who has not said so for this once: as usual, else in another way that is accepted; undefined: in none. */
export function usualMethod(usual: Method, rules: PaymentRules, payer: Payer): Method | undefined {
  return [usual, ...others].find((method) => refusalOf(method, rules, payer) === null);
}
