import { afterEach } from "vitest";
import type { Charge } from "../../billing/charge";
import { charge } from "../../billing/charge";
import { termsOf } from "../../billing/jobs";
import { balanceOf } from "../../billing/ledger";
import type { TestCloud } from "../../testing/cloud";
import { openCloud } from "../../testing/open";
import type { Person } from "../../testing/person";
import type { Payment } from "../payments";
import { stripePayments } from "../stripe";
import type { FakeStripe } from "./stripe";
import { keys, openStripe } from "./stripe";

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
export async function openTill(): Promise<Till> {
  const stripe = openStripe();
  const cloud = await openCloud({ payments: stripePayments(keys) });
  const { owner, siteId, organizationId } = await cloud.owner();
  afterEach(() => {
    stripe.loseAnswers = 0;
    cloud.skewMs = 0;
  });
  let sequence = 0;
  return {
    stripe,
    cloud,
    owner,
    siteId,
    organizationId,
    balance: (account, holder) => balanceOf(cloud.db, account, holder, "EUR"),
    async bill(userId, more = {}) {
      const lines = [{ text: "ENERGY", net: 1000, vat: 190, vatRate: 1900 }];
      const about = { kind: "reservation" as const, siteId, organizationId, userId, currency: "EUR", lines };
      const wish: Charge = { ...about, key: `bill ${++sequence}`, method: "card", ...more };
      const { chargeId } = await cloud.db.transaction().execute((tx) => charge(tx, wish, termsOf(cloud.first.deps)));
      return chargeId;
    },
    payments: (userId) =>
      cloud.db.selectFrom("payments").selectAll().where("user_id", "=", userId).orderBy("created_at").execute(),
  };
}
