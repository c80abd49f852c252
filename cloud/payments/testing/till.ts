import { afterAll, afterEach, beforeAll } from "vitest";
import type { Charge } from "../../billing/charge";
import { charge } from "../../billing/charge";
import { termsOf } from "../../billing/jobs";
import { balanceOf } from "../../billing/ledger";
import { TestCloud } from "../../testing/cloud";
import type { Person } from "../../testing/person";
import type { Payment } from "../payments";
import { stripePayments } from "../stripe";
import { FakeStripe, keys } from "./stripe";

/** A cloud that takes cards, and an owner who sells there. */
interface Till {
  stripe: FakeStripe;
  cloud: TestCloud;
  owner: Person;
  siteId: string;
  organizationId: string;
  /** In EUR. */
  balance(account: Parameters<typeof balanceOf>[1], holder: string): Promise<number>;
  /** Bills 11.90 EUR to a driver; gives the bill. */
  bill(userId: string, more?: Partial<Charge>): Promise<string>;
  payments(userId: string): Promise<Payment[]>;
}

/** Opens a till for the tests of the file that calls this, and closes it after the last; each test begins at the present time, with a Stripe that answers. */
export function openTill(): Till {
  const stripe = new FakeStripe();
  let sequence = 0;
  const till = {
    stripe,
    balance: (account, holder) => balanceOf(till.cloud.db, account, holder, "EUR"),
    async bill(userId, more = {}) {
      const { cloud, siteId, organizationId } = till;
      const lines = [{ text: "ENERGY", net: 1000, vat: 190, vatRate: 1900 }];
      const about = { kind: "reservation" as const, siteId, organizationId, userId, currency: "EUR", lines };
      const wish: Charge = { ...about, key: `bill ${++sequence}`, method: "card", ...more };
      const { chargeId } = await cloud.db.transaction().execute((tx) => charge(tx, wish, termsOf(cloud.first.deps)));
      return chargeId;
    },
    payments: (userId) =>
      till.cloud.db.selectFrom("payments").selectAll().where("user_id", "=", userId).orderBy("created_at").execute(),
  } as Till;

  beforeAll(async () => {
    stripe.server.listen({ onUnhandledRequest: "error" });
    till.cloud = await TestCloud.start(undefined, { payments: stripePayments(keys) });
    Object.assign(till, await till.cloud.owner());
    const site = await till.owner.ok<{ organizationId: string }>("GET", `/v1/sites/${till.siteId}`);
    till.organizationId = site.organizationId;
  });
  afterEach(() => {
    stripe.loseAnswers = 0;
    till.cloud.skewMs = 0;
  });
  afterAll(async () => {
    await till.cloud.stop();
    stripe.server.close();
  });
  return till;
}
