import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import { describe, expect, it } from "vitest";
import { openCloud } from "../testing/open";
import { charge as charged } from "../testing/charging";
import type { Person } from "../testing/person";
import { charge } from "./charge";
import { termsOf } from "./jobs";
import type { Balance, Bill } from "./queries";
import type { Settlement, SummaryRow } from "./statement";

const nothing = "01900000-0000-7000-8000-000000000000";
let sequence = 0;

/** The driver charged for 11.90, on account. */
async function bill(more: Partial<Parameters<typeof charge>[1]> = {}): Promise<string> {
  const userId = await driver.userId();
  const lines = [{ text: "ENERGY", net: 1000, vat: 190, vatRate: 1900, quantity: 26_444, unitPrice: 4500 }];
  const about = { kind: "session" as const, siteId, organizationId, userId, currency: "EUR", lines };
  const { chargeId } = await cloud.db
    .transaction()
    .execute((tx) =>
      charge(tx, { ...about, key: `bill ${++sequence}`, method: "on_account", ...more }, termsOf(cloud.first.deps)),
    );
  return chargeId;
}

const cloud = await openCloud();
const paired = await cloud.paired();
const { owner, siteId, organizationId } = paired;
const base = `/v1/organizations/${organizationId}`;
const member = await cloud.person();
await cloud.join(organizationId, member, "member");
const stranger = (await cloud.owner()).owner;
const driver = await cloud.person();
charged(paired.hub, { startedAt: cloud.now() - 7_200_000, readings: [[30, 11_000]] });
await paired.hub.send();
await cloud.runJobs();

const keyed = (person: Person, path: string, body: unknown, key = `key ${++sequence}`) =>
  person.send("POST", path, body, { "idempotency-key": key });
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

describe("a driver", () => {
  it("sees his own bills by pages, one as data and as PDF in his language, and what he owes", async () => {
    const ids = [await bill(), await bill(), await bill()];
    const first = await driver.ok<{ bills: Bill[]; nextCursor: string }>("GET", "/v1/me/bills?limit=2&open=true");
    const second = await driver.ok<{ bills: Bill[]; nextCursor: null }>(
      "GET",
      `/v1/me/bills?limit=2&open=true&cursor=${first.nextCursor}`,
    );
    expect([...first.bills, ...second.bills].map(({ chargeId }) => chargeId).toSorted()).toEqual(ids.toSorted());
    expect(second.nextCursor).toBeNull();
    const one = await driver.ok<Bill>("GET", `/v1/me/bills/${ids[0]}`);
    expect(one).toMatchObject({ gross: 1190, outstanding: 1190, type: "invoice", buyer: { email: driver.email } });
    const response = await driver.send("GET", `/v1/me/bills/${ids[0]}/pdf?language=de`);
    expect(response.headers.get("content-type")).toBe("application/pdf");
    expect(response.headers.get("content-disposition")).toContain(`invoice-${one.number}.pdf`);
    const pdf = await getDocument({ data: await bytesOf(response), verbosity: 0 }).promise;
    const { items } = await (await pdf.getPage(1)).getTextContent();
    expect(items.map((item) => ("str" in item ? item.str : "")).join(" ")).toContain(`Rechnung ${one.number}`);
    await pdf.destroy();
    const { balances } = await driver.ok<{ balances: Balance[] }>("GET", "/v1/me/balance");
    expect(balances).toEqual([{ currency: "EUR", outstanding: 3570, wallet: 0, held: 0 }]);
  });

  it("sees nobody else's", async () => {
    const chargeId = await bill();
    expect((await stranger.ok<{ bills: Bill[] }>("GET", "/v1/me/bills")).bills).toEqual([]);
    expect(await stranger.ok("GET", "/v1/me/balance")).toEqual({ balances: [] });
    for (const path of [`/v1/me/bills/${chargeId}`, `/v1/me/bills/${chargeId}/pdf`, `/v1/me/bills/${nothing}`]) {
      expect(await stranger.refused("GET", path)).toEqual([404, "not_found"]);
    }
  });
});

describe("an owner", () => {
  it("gives a part of a bill back once by its key, never more than is left", async () => {
    const chargeId = await bill();
    const path = `${base}/invoices/${chargeId}/refunds`;
    const [one, two] = await Promise.all([1, 2].map(() => keyed(owner, path, { amount: 200, reason: "Slow" }, "once")));
    expect([one!.status, two!.status]).toEqual([201, 201]);
    const note = (await one!.json()) as Bill;
    expect(note).toMatchObject({ type: "creditNote", net: -168, vat: -32, lines: [{ text: "Slow" }] });
    expect(await two!.json()).toEqual(note);
    const bought = await owner.ok<Bill>("GET", `${base}/invoices/${chargeId}`);
    expect(bought).toMatchObject({ gross: 1190, outstanding: 990 });
    expect(note.corrects).toBe(bought.number);
    const pdf = await owner.send("GET", `${base}/invoices/${note.chargeId}/pdf`);
    expect(pdf.headers.get("content-disposition")).toContain(`creditNote-${note.number}.pdf`);
    expect(Buffer.from(await bytesOf(pdf)).toString("latin1", 0, 5)).toBe("%PDF-");
    const tooMuch = await keyed(owner, path, { amount: 991, reason: "All" });
    expect([tooMuch.status, await tooMuch.json()]).toMatchObject([409, { error: { code: "too_much" } }]);
  });

  it("notes what he was paid directly, once by its key, never more than is owed", async () => {
    const chargeId = await bill();
    const path = `${base}/invoices/${chargeId}/payments`;
    const answers = await Promise.all([1, 2].map(() => keyed(owner, path, { amount: 1000 }, "cash")));
    for (const answer of answers) expect(await answer.json()).toMatchObject({ outstanding: 190 });
    expect((await keyed(owner, path, { amount: 191 })).status).toBe(409);
    const guest = await bill({ userId: null });
    expect((await keyed(owner, `${base}/invoices/${guest}/payments`, { amount: 1 })).status).toBe(409);
  });

  it("sees turnover by month and site, and what is due, which adds up; the CSV is the same rows", async () => {
    // A year earlier and later: it may be New Year's Eve.
    const year = new Date(cloud.now()).getUTCFullYear();
    const query = `?from=${year - 1}-01&to=${year + 1}-12`;
    type Finance = { rows: SummaryRow[]; totals: SummaryRow[]; settlements: (Settlement & { currency: string })[] };
    const { rows, totals, settlements } = await owner.ok<Finance>("GET", `${base}/finance${query}`);
    const all = (await owner.ok<{ bills: Bill[] }>("GET", `${base}/invoices?limit=1000`)).bills;
    const gross = all.reduce((sum, each) => sum + each.gross, 0);
    expect(totals).toMatchObject([{ currency: "EUR", bills: all.length, gross }]);
    expect(rows.reduce((sum, row) => sum + row.gross, 0)).toBe(gross);
    expect(totals[0]!.earned).toBe(gross - totals[0]!.fees);
    const [{ earned, onSite, outstanding, due }] = settlements as [Settlement & { currency: string }];
    expect(earned).toBe(totals[0]!.earned);
    expect(outstanding).toBe(all.reduce((sum, each) => sum + each.outstanding, 0));
    expect(due).toBe(earned - onSite - outstanding);
    const text = await (await owner.send("GET", `${base}/finance.csv${query}`)).text();
    const lines = text.trim().split("\r\n").slice(1);
    expect(lines).toHaveLength(rows.length);
    expect(lines[0]).toBe(
      [
        rows[0]!.month,
        "Garage",
        "EUR",
        rows[0]!.bills,
        ...(["gross", "tax", "net", "fees", "earned"] as const).map((name) => (rows[0]![name] / 100).toFixed(2)),
      ].join(","),
    );
    expect(await owner.ok("GET", `${base}/finance${query}&siteId=${nothing}`)).toMatchObject({ rows: [], totals: [] });
    expect(
      (await owner.ok<{ bills: Bill[] }>("GET", `${base}/invoices?open=true&siteId=${siteId}`)).bills.every(
        (each) => each.outstanding > 0,
      ),
    ).toBe(true);
  });
});

describe("the doors of billing", () => {
  it("stay shut for who is not signed in, another's owner, and members, whom the owner's money does not concern", async () => {
    const chargeId = await bill();
    const reads = [
      `${base}/invoices`,
      `${base}/invoices/${chargeId}`,
      `${base}/invoices/${chargeId}/pdf`,
      `${base}/finance?from=2026-01&to=2026-12`,
      `${base}/finance.csv?from=2026-01&to=2026-12`,
    ];
    for (const path of [
      ...reads,
      "/v1/me/bills",
      `/v1/me/bills/${chargeId}`,
      `/v1/me/bills/${chargeId}/pdf`,
      "/v1/me/balance",
    ]) {
      expect((await cloud.first.request(path)).status).toBe(401);
    }
    for (const path of reads) {
      expect(await stranger.refused("GET", path)).toEqual([404, "not_found"]);
      expect(await member.refused("GET", path)).toEqual([403, "forbidden"]);
    }
    for (const [path, body] of [
      [`${base}/invoices/${chargeId}/refunds`, { amount: 1, reason: "x" }],
      [`${base}/invoices/${chargeId}/payments`, { amount: 1 }],
    ] as const) {
      expect((await keyed(member, path, body)).status).toBe(403);
      expect((await keyed(stranger, path, body)).status).toBe(404);
      expect((await owner.send("POST", path, body)).status).toBe(400);
      for (const amount of [0, -1, 1.5, "1", undefined]) {
        expect((await keyed(owner, path, { ...body, amount })).status).toBe(400);
      }
      const foreign = path.replace(chargeId, nothing);
      expect((await keyed(owner, foreign, body)).status).toBe(404);
    }
    // The other organisation's owner cannot reach the bill below his own either.
    const own = await stranger.ok<{ sites: { organizationId: string }[] }>("GET", "/v1/sites");
    const crossed = `/v1/organizations/${own.sites[0]!.organizationId}/invoices/${chargeId}`;
    expect(await stranger.refused("GET", crossed)).toEqual([404, "not_found"]);
    expect((await keyed(stranger, `${crossed}/refunds`, { amount: 1, reason: "x" })).status).toBe(404);
    expect((await keyed(stranger, `${crossed}/payments`, { amount: 1 })).status).toBe(404);
  });

  it("refuse what does not fit", async () => {
    for (const path of [
      "/v1/me/bills?limit=0",
      "/v1/me/bills?cursor=x",
      "/v1/me/bills?open=maybe",
      "/v1/me/bills/x",
      "/v1/me/bills/x/pdf",
      `/v1/me/bills/${nothing}/pdf?language=fr`,
      `${base}/invoices?siteId=x`,
      `${base}/invoices/x`,
      `${base}/invoices/${nothing}/pdf?language=fr`,
      `${base}/finance`,
      `${base}/finance?from=2026-13&to=2026-12`,
      `${base}/finance.csv?from=2026-12&to=2026-11`,
    ]) {
      expect([path, (await owner.send("GET", path)).status]).toEqual([path, 400]);
    }
    expect((await keyed(owner, `${base}/invoices/${nothing}/refunds`, { amount: 1, reason: " " })).status).toBe(400);
  });
});
