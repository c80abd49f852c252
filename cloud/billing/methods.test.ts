import { describe, expect, it } from "vitest";
import { methods } from "./charge-types";
import type { Payer } from "./methods";
import { defaultRules, refusalOf, rulesSchema, usualMethod } from "./methods";

const nobody: Payer = { takesCards: true, hasCard: false, isMember: false, isApproved: false };
const everything: Payer = { takesCards: true, hasCard: true, isMember: true, isApproved: true };

describe("a way of paying", () => {
  it("is refused with the reason", () => {
    const of = (payer: Payer, rules = defaultRules) => methods.map((method) => refusalOf(method, rules, payer));
    expect(of(everything)).toEqual([null, null, null, null, null]);
    expect(of(nobody)).toEqual(["no_card", null, "no_plan", null, null]);
    expect(of({ ...nobody, takesCards: false })).toEqual(["no_cards", "no_cards", "no_plan", null, null]);
    const strict = { ...defaultRules, methods: ["on_account" as const] };
    expect(of(everything, strict)).toEqual(["not_accepted", "not_accepted", "not_accepted", "not_accepted", null]);
  });

  it("on account is for whom the owner says", () => {
    const may = (onAccountFor: "everybody" | "approved" | "members", payer: Partial<Payer>) =>
      refusalOf("on_account", { ...defaultRules, onAccountFor }, { ...nobody, ...payer }) === null;
    expect(may("everybody", {})).toBe(true);
    expect([may("approved", {}), may("approved", { isApproved: true })]).toEqual([false, true]);
    expect([may("members", { isApproved: true }), may("members", { isMember: true })]).toEqual([false, true]);
  });

  it("is the usual one, else the first by which the owner has his money soon, else none", () => {
    expect(usualMethod("on_account", defaultRules, nobody)).toBe("on_account");
    const cards = { ...defaultRules, methods: ["wallet" as const, "card" as const] };
    expect(usualMethod("on_account", cards, everything)).toBe("card");
    expect(usualMethod("plan", cards, nobody)).toBe("wallet");
    expect(usualMethod("on_account", cards, { ...nobody, takesCards: false })).toBeUndefined();
  });

  it("is said once in the rules", () => {
    expect(rulesSchema.safeParse(defaultRules).success).toBe(true);
    expect(rulesSchema.safeParse({ ...defaultRules, methods: ["card", "card"] }).success).toBe(false);
    expect(rulesSchema.safeParse({ ...defaultRules, methods: [] }).success).toBe(false);
    expect(rulesSchema.safeParse({ ...defaultRules, hold: -1 }).success).toBe(false);
  });
});
