import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { instantOfSlot } from "../../shared/booking";
import { defaultBookingSettings } from "../../shared/booking-settings";
import { freeTariff } from "../../shared/session";
import { eventually } from "../../shared/testing/eventually";
import { charge as charged } from "../testing/charging";
import { perKwh } from "../testing/cloud";
import { openCloud } from "../testing/open";
import type { TestHub } from "../testing/hub";
import { bookingSite } from "../testing/seats";
import { billPostings } from "./bill-postings";
import { billSessions } from "./bill-sessions";
import { billAllJob, termsOf } from "./jobs";
import { balanceOf, lockWallet, outstandingOf, post } from "./ledger";
import { refundBill } from "./refund";

const cloud = await openCloud();

const bills = (siteId: string) =>
  cloud.db.selectFrom("charges").selectAll().where("site_id", "=", siteId).orderBy("number").execute();
const startedAt = Date.parse("2026-11-02T10:00:00Z");
const run = (hub: TestHub, more: Partial<Parameters<typeof charged>[1]> = {}) =>
  charged(hub, { startedAt, readings: [[30, 11_000]], ...more });

/** Whose session it is. */
async function know(site_id: string, session_id: string, user_id: string): Promise<void> {
  const known = { site_id, session_id, user_id, via: "reservation" as const, agreements: "[]" };
  await cloud.db
    .insertInto("session_drivers")
    .values({ ...known, started_at: new Date(startedAt) })
    .execute();
}
/** From now on so much is taken off a session's price, in 1/100 percent: it is to be billed anew. */
async function takeOff(session_id: string, percent: number): Promise<void> {
  const off = JSON.stringify([{ id: "p", text: "Half", kind: "promotion", percent }]);
  await sql`update session_drivers set agreements = ${off} where session_id = ${session_id}`.execute(cloud.db);
  await sql`update session_bills set revision = revision + 1 where session_id = ${session_id}`.execute(cloud.db);
}

describe("a session that ends", () => {
  it("is billed once, at the hub's price, however often it is told and whoever bills", async () => {
    const { siteId, hub } = await cloud.paired();
    const session = run(hub);
    run(hub, { readings: [[10, 3000]], end: false });
    await hub.send();
    expect(await bills(siteId)).toEqual([]);
    const second = await cloud.addProcess();
    await Promise.all([cloud.runJobs(), cloud.runJobs(second), billSessions(cloud.db, termsOf(second.deps))]);
    await hub.send();
    await cloud.runJobs();
    const [bill, ...others] = await bills(siteId);
    expect(others).toEqual([]);
    expect(bill).toMatchObject({ kind: "session", method: "on_site", net: 378, vat: 72, fee: 11 });
    expect(bill!.net + bill!.vat).toBe(session.cost.amount);
    expect(bill!.lines).toEqual([
      { text: "ENERGY", net: 378, vat: 72, vatRate: 1900, quantity: 10_000, unitPrice: 4500 },
    ]);
    expect(bill!.document).toMatchObject({
      siteName: "Garage",
      timeZone: "Europe/Berlin",
      subject: { type: "session", sessionId: session.id, meterStart: 1000, meterStop: 11_000, energyWh: 10_000 },
    });
    expect(await balanceOf(cloud.db, "site_cash", bill!.organization_id, "EUR")).toBe(450);
  });

  it("without its start is billed by the hub's total, and corrected by counter-entries when the start comes", async () => {
    const { siteId, hub } = await cloud.paired();
    run(hub);
    const [start, reading, end] = hub.journal;
    hub.journal = [];
    hub.hashes = hub.hashes.slice(0, 1);
    hub.add("session.ended", end!.data as never, Date.parse(end!.at));
    await hub.send();
    await cloud.runJobs();
    expect(await bills(siteId)).toMatchObject([{ net: 450, vat: 0, lines: [{ text: "SESSION", vatRate: null }] }]);
    await hub.newEpoch();
    hub.journal = [];
    hub.hashes = hub.hashes.slice(0, 1);
    for (const { type, data, at } of [start!, reading!, end!]) hub.add(type, data as never, Date.parse(at));
    await hub.send();
    await cloud.runJobs();
    await cloud.runJobs();
    const [first, back, right, ...more] = await bills(siteId);
    expect(more).toEqual([]);
    expect(back).toMatchObject({
      kind: "correction",
      net: -450,
      vat: 0,
      corrects: first!.id,
      document: { corrects: expect.stringMatching(/-000001$/) },
    });
    expect(right).toMatchObject({ kind: "session", net: 378, vat: 72 });
    expect(await balanceOf(cloud.db, "site_cash", first!.organization_id, "EUR")).toBe(450);
    expect(await balanceOf(cloud.db, "vat", first!.organization_id, "EUR")).toBe(-72);
  });

  it("that cost nothing has a receipt all the same; one that cannot be billed holds up no other", async () => {
    const { siteId, hub } = await cloud.paired();
    const poisoned = run(hub);
    run(hub, { tariff: freeTariff("EUR"), startedAt: startedAt + 7_200_000 });
    await hub.send();
    await cloud.db.deleteFrom("sessions").where("id", "=", poisoned.id).execute();
    await expect(billSessions(cloud.db, termsOf(cloud.first.deps), siteId)).rejects.toThrow("no result");
    expect(await bills(siteId)).toMatchObject([{ net: 0, vat: 0, number: 1 }]);
    // Nor one of another site that has the same id, as when that site's hub says so.
    const other = await cloud.paired();
    run(other.hub);
    const [start, reading, ended] = other.hub.journal.splice(0);
    other.hub.hashes = other.hub.hashes.slice(0, 1);
    for (const { type, data, at } of [start!, reading!, ended!])
      other.hub.add(type, { ...data, id: poisoned.id } as never, Date.parse(at));
    await other.hub.send();
    await expect(billSessions(cloud.db, termsOf(cloud.first.deps))).rejects.toThrow("no result");
    expect(await bills(other.siteId)).toMatchObject([{ document: { subject: { sessionId: poisoned.id } } }]);
    await cloud.db.deleteFrom("session_bills").where("session_id", "=", poisoned.id).execute();
  });

  it("of the time before there were bills is never billed, also where the hub tells of it again", async () => {
    const { siteId, hub } = await cloud.paired();
    run(hub);
    await hub.send();
    await cloud.db
      .updateTable("session_bills")
      .set({ billed_revision: 1, revision: 2 })
      .where("site_id", "=", siteId)
      .execute();
    expect(await billSessions(cloud.db, termsOf(cloud.first.deps), siteId)).toBe(1);
    expect(await billSessions(cloud.db, termsOf(cloud.first.deps), siteId)).toBe(0);
    expect(await bills(siteId)).toEqual([]);
  });
});

describe("a driver's session", () => {
  it("is owed by the driver that is known, and by nobody who comes after", async () => {
    const { siteId, hub } = await cloud.paired();
    const driver = await cloud.person();
    const userId = await driver.userId();
    const session_id = run(hub).id;
    run(hub, { startedAt: startedAt + 40 * 60_000 });
    await know(siteId, session_id, userId);
    await hub.send();
    await cloud.runJobs();
    const [his, strangers] = (await bills(siteId)).toSorted(
      (a, b) => Number(b.user_id !== null) - Number(a.user_id !== null),
    );
    expect(his).toMatchObject({ user_id: userId, method: "on_account", document: { buyer: { email: driver.email } } });
    expect(await outstandingOf(cloud.db, his!.id)).toBe(450);
    expect(strangers).toMatchObject({ user_id: null, method: "on_site" });
    // The owner gives back a part, and then it turns out to cost less: what was given stays given, and no credit note gives back more than its invoice asked for.
    const { id: chargeId, organization_id: organizationId } = his!;
    const kindness = { organizationId, chargeId, amount: 300, reason: "Slow", key: "slow" };
    await cloud.db.transaction().execute((tx) => refundBill(tx, kindness, termsOf(cloud.first.deps)));
    const costs = async (percent: number) => {
      await takeOff(session_id, percent);
      await billSessions(cloud.db, termsOf(cloud.first.deps), siteId);
      const all = (await bills(siteId)).filter((bill) => bill.user_id === userId);
      for (const { id, net, vat } of all) {
        const notes = all.filter(({ corrects }) => corrects === id);
        expect(net + vat < 0 || notes.reduce((left, note) => left + note.net + note.vat, net + vat) >= 0).toBe(true);
      }
      const owed = await Promise.all(all.map(({ id }) => outstandingOf(cloud.db, id)));
      return [owed.reduce((sum, each) => sum + each, 0), await balanceOf(cloud.db, "wallet", userId, "EUR")];
    };
    expect(await costs(5000)).toEqual([0, 0]);
    expect(await costs(2000)).toEqual([135, 0]);
    expect(await costs(0)).toEqual([225, 0]);
  });

  it("that is paid just while it is corrected is paid again from what came back, and not by the driver", async () => {
    const { siteId, hub } = await cloud.paired();
    const userId = await (await cloud.person()).userId();
    const session_id = run(hub).id;
    await know(siteId, session_id, userId);
    await hub.send();
    await cloud.runJobs();
    const chargeId = (await bills(siteId))[0]!.id;
    await takeOff(session_id, 5000);
    let correcting: Promise<number> | undefined;
    await cloud.db.transaction().execute(async (tx) => {
      await lockWallet(tx, userId);
      await post(tx, { key: `paid ${chargeId}`, kind: "charge", at: cloud.now(), currency: "EUR", userId }, [
        { account: "stripe", holder: "", amount: 450 },
        { account: "receivable", holder: userId, amount: -450, chargeId },
      ]);
      correcting = billSessions(cloud.db, termsOf(cloud.first.deps), siteId);
      await eventually(async () => {
        const { rows } = await sql`select from pg_locks l join pg_database d on d.oid = l.database
          where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`.execute(cloud.db);
        expect(rows).toHaveLength(1);
      });
    });
    await correcting;
    expect(await balanceOf(cloud.db, "receivable", userId, "EUR")).toBe(0);
    expect(await balanceOf(cloud.db, "wallet", userId, "EUR")).toBe(-225);
  });
});

describe("a reservation", () => {
  it("is billed with the VAT of its energy when it is sold, and given back by a credit note when it is withdrawn", async () => {
    const { owner, siteId, base } = await bookingSite(cloud, { A: "AC" });
    await owner.ok("PUT", `/v1/sites/${siteId}/tariffs/${perKwh.id}`, perKwh);
    await owner.ok("PATCH", `/v1/sites/${siteId}`, { defaultTariffId: perKwh.id });
    await owner.ok("PUT", `/v1/sites/${siteId}/booking-settings`, { ...defaultBookingSettings, pricePerHour: 400 });
    const driver = await cloud.person();
    const path = `/v1/sites/${siteId}/reservations`;
    const times = { start: instantOfSlot(base), end: instantOfSlot(base + 4) };
    const headers = { "idempotency-key": "once" };
    const sold = await driver.send("POST", path, { class: "AC", ...times }, headers);
    const { booking } = (await sold.json()) as { booking: string };
    const work = () => billAllJob.run(cloud.first.deps, {});
    await Promise.all([work(), work()]);
    const [bill] = await bills(siteId);
    expect(bill).toMatchObject({ kind: "reservation", net: 336, vat: 64, method: "on_account" });
    expect(bill!.document.subject).toEqual({ type: "reservation", booking, from: times.start, to: times.end });
    // The owner has given back a part already.
    const slow = {
      organizationId: bill!.organization_id,
      chargeId: bill!.id,
      amount: 100,
      reason: "Slow",
      key: "slow",
    };
    await cloud.db.transaction().execute((tx) => refundBill(tx, slow, termsOf(cloud.first.deps)));
    await driver.ok("POST", `${path}/${booking}/cancel`);
    await work();
    await work();
    const [, , note, ...others] = await bills(siteId);
    expect(others).toEqual([]);
    expect(note).toMatchObject({ kind: "refund", net: -252, vat: -48, corrects: bill!.id });
    expect(await outstandingOf(cloud.db, bill!.id)).toBe(0);

    // What is charged is billed before what is given back of it, also where another process is at it.
    const after = { class: "AC", start: instantOfSlot(base + 8), end: instantOfSlot(base + 12) };
    const again = await driver.send("POST", path, after, { "idempotency-key": "again" });
    const { booking: next } = (await again.json()) as { booking: string };
    await driver.ok("POST", `${path}/${next}/cancel`);
    await cloud.db.transaction().execute(async (tx) => {
      const charges = tx.selectFrom("booking_postings").select("id").where("site_id", "=", siteId);
      await charges.where("amount", ">", 0).forUpdate().execute();
      expect(await billPostings(cloud.db, termsOf(cloud.first.deps))).toBe(0);
    });
    await work();
    const last = (await bills(siteId)).slice(3);
    expect(last).toMatchObject([{ kind: "reservation" }, { kind: "refund", corrects: last[0]!.id }]);
  });

  it("that is given back goes to whom it was billed, all of it, and takes nothing back that the owner had given", async () => {
    const { siteId, organizationId } = await cloud.owner();
    const [payer, driver] = [await (await cloud.person()).userId(), await (await cloud.person()).userId()];
    const at = new Date(cloud.now());
    const sale = JSON.stringify({ price: { amount: 400, currency: "EUR" }, tariff: freeTariff("EUR"), from: 1, to: 5 });
    const cells = { seat: "A", class: "AC", from_slot: 1, to_slot: 5, held: null, stage: "ended" as const, sale };
    const none = { cancel_owed: null, key: null, pin_tag: null, expires_at: null, created_at: at };
    let moment = 0;
    /** What is written of a booking, in this order, is billed. */
    const post = async (booking: string, amounts: ["charge" | "refund" | "reversal", number][]) => {
      const row = { site_id: siteId, booking, version: 1 };
      if (amounts[0]![0] === "charge") {
        await cloud.db
          .insertInto("reservations")
          .values({ ...row, ...cells, ...none, user_id: driver })
          .execute();
      }
      for (const [kind, amount] of amounts) {
        const posting = { ...row, kind, amount, at: new Date(at.getTime() + ++moment) };
        await cloud.db.insertInto("booking_postings").values(posting).execute();
      }
      await billPostings(cloud.db, termsOf(cloud.first.deps));
    };
    const owed = (userId: string) => balanceOf(cloud.db, "receivable", userId, "EUR");
    await sql`insert into families (id, payer_id, name) values (${siteId}, ${payer}, 'F')`.execute(cloud.db);
    await sql`insert into family_members values (${driver}, ${siteId}, ${at})`.execute(cloud.db);
    await post("left", [["charge", 400]]);
    await sql`delete from family_members where user_id = ${driver}`.execute(cloud.db);
    // Withdrawn late, but the driver was there already; and then the charger failed.
    await post("left", [["refund", -300]]);
    expect([await owed(payer), await owed(driver)]).toEqual([100, 0]);
    await post("left", [["reversal", 300]]);
    expect([await owed(payer), await owed(driver)]).toEqual([400, 0]);
    await post("left", [["refund", -400]]);
    expect([await owed(payer), await owed(driver)]).toEqual([0, 0]);

    await post("gift", [["charge", 400]]);
    const { id: chargeId } = (await bills(siteId)).at(-1)!;
    const gift = { organizationId, chargeId, amount: 300, reason: "Slow", key: "gift" };
    await cloud.db.transaction().execute((tx) => refundBill(tx, gift, termsOf(cloud.first.deps)));
    await post("gift", [["refund", -400]]);
    expect(await owed(driver)).toBe(0);
    await post("gift", [["reversal", 400]]);
    expect(await owed(driver)).toBe(100);
    await post("gift", [["refund", -400]]);
    expect(await owed(driver)).toBe(0);
  });
});
