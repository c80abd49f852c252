import { createRoute, z } from "@hono/zod-openapi";
import { sql } from "kysely";
import { requireAdmin, signedIn } from "../accounts/access";
import type { Deps } from "../deps";
import { createRouter, failures, json } from "../http/router";

const ledger = createRoute({
  method: "get",
  path: "/v1/admin/ledger",
  tags: ["billing"],
  summary:
    "The ledger's trial balance: what each kind of account comes to, in each currency; all of a currency add up to 0",
  responses: {
    200: json(
      "Debits are positive, minor units.",
      z.object({
        accounts: z.array(z.object({ account: z.string(), currency: z.string(), balance: z.number().int() })),
        transactions: z.number().int(),
        unbilled: z
          .number()
          .int()
          .openapi({ description: "Ended sessions and postings of reservations that wait to be billed." }),
      }),
    ),
    ...failures,
  },
});

/** What admins see of the platform's money. */
export function adminBillRoutes({ db, auth }: Deps) {
  const router = createRouter();
  router.use("/v1/admin/ledger", signedIn(auth));
  return router.openapi(ledger, async (c) => {
    await requireAdmin(db, c.get("user").id);
    const { rows: accounts } = await sql<{ account: string; currency: string; balance: number }>`
      select account, currency, sum(amount)::bigint as balance from ledger_entries group by account, currency order by account, currency`.execute(
      db,
    );
    const { rows } = await sql<{ transactions: number; unbilled: number }>`
      select (select count(*) from ledger_transactions)::bigint as transactions,
        (select count(*) from session_bills where billed_revision < revision)
          + (select count(*) from booking_postings where billed_at is null) as unbilled`.execute(db);
    const [{ transactions, unbilled } = { transactions: 0, unbilled: 0 }] = rows;
    return c.json({ accounts, transactions, unbilled }, 200);
  });
}
