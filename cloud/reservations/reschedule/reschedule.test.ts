import { describe, expect, it } from "vitest";
import { instantOfSlot, startOfSlot } from "../../../shared/booking";
import type { Reservation } from "../testing/reschedule";
import { MINUTE, rescheduleTown, rules } from "../testing/reschedule";

const { cloud, second, driver, round, chargerSite, tell, book, read, offers, say, told, sums, later } =
  await rescheduleTown();

describe("a charger that fails before a booking", () => {
  it("gets its driver another connector of the site, once, at the price that was agreed", async () => {
    const site = await chargerSite(40, 2);
    const { owner, siteId } = site;
    const reserved = await book(site);
    await site.site.hear();
    expect(reserved.seat).toBe("CP1/1");
    tell(site, 1, "Faulted");
    await site.site.say();
    await round();
    expect(await offers()).toEqual([]);
    await later(site, 11 * MINUTE);
    await owner.ok("PUT", `/v1/sites/${siteId}/booking-settings`, { ...rules, pricePerHour: 9000 });
    await round();
    await round();
    const mine = await offers();
    expect(mine).toMatchObject([{ siteId, cause: "charger", offer: { siteId, distanceM: 0, price: { amount: 400 } } }]);
    const stranger = await cloud.person();
    expect((await say(site, reserved, true, stranger)).status).toBe(404);
    expect(await offers(stranger)).toEqual([]);
    expect((await say(site, reserved, true, driver, "another")).status).toBe(409);
    const { offerId } = mine[0]!.offer!;
    const both = [driver, driver.at(second)].map((who) => say(site, reserved, true, who, offerId));
    const answers = await Promise.all(both);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 410]);
    expect(await read(site, reserved)).toMatchObject({ version: 3, seat: "CP1/2", owed: { amount: 400 } });
    await site.site.hear();
    await round();
    expect(await offers()).toEqual([]);
    expect(await told(reserved.booking)).toEqual(["bookingAtRisk", "bookingMoved"]);
    expect(await sums(reserved.booking)).toBe(400);
  });

  it("gets its driver no connector whose plug does not fit, though it is the first that is free", async () => {
    const site = await chargerSite(46, 3);
    const other = { type: "IEC_62196_T2_COMBO" };
    await site.owner.ok("PUT", `/v1/sites/${site.siteId}/connectors/CP1/2`, other);
    const reserved = await book(site);
    await site.site.hear();
    tell(site, 1, "Faulted");
    await site.site.say();
    await later(site, 11 * MINUTE);
    await round();
    expect((await say(site, reserved, true)).status).toBe(200);
    expect(await read(site, reserved)).toMatchObject({ seat: "CP1/3" });
  });

  it("is waited for where nothing else is free: it stands where it works again, and is compensated where it does not", async () => {
    const site = await chargerSite(41, 1);
    const reserved = await book(site);
    await site.site.hear();
    const fails = async () => {
      tell(site, 1, "Faulted");
      await site.site.say();
      await later(site, 11 * MINUTE);
      await round();
    };
    await fails();
    expect(await offers()).toMatchObject([{ offer: null, compensation: { amount: 700 } }]);
    expect((await say(site, reserved, true)).status).toBe(409);
    tell(site, 1, "Available");
    await site.site.say();
    await round();
    expect(await offers()).toEqual([]);
    expect((await say(site, reserved, false)).status).toBe(410);
    expect(await read(site, reserved)).toMatchObject({ status: "reserved", pending: false });
    await fails();
    expect(await offers()).toHaveLength(1);
    cloud.skewMs = startOfSlot(site.base) - Date.now() + MINUTE;
    await round();
    await round();
    await site.site.hear();
    expect(await read(site, reserved)).toMatchObject({ status: "compensated", owed: { amount: -700 } });
    expect(await told(reserved.booking)).toEqual([
      "bookingAtRisk",
      "bookingStands",
      "bookingAtRisk",
      "bookingReleased",
    ]);
    expect(await sums(reserved.booking)).toBe(-700);
  });

  it("says nothing while the hub is away, and nothing where its driver has cancelled", async () => {
    const site = await chargerSite(42, 1);
    const reserved = await book(site);
    await site.site.hear();
    tell(site, 1, "Faulted");
    await site.site.say();
    cloud.skewMs += 11 * MINUTE;
    await round();
    expect(await offers()).toEqual([]);
    await later(site, 0);
    await round();
    expect(await offers()).toHaveLength(1);
    await driver.ok("POST", `/v1/sites/${site.siteId}/reservations/${reserved.booking}/cancel`);
    expect((await say(site, reserved, false)).status).toBe(410);
    await round();
    expect(await offers()).toEqual([]);
    await site.site.hear();
    // As if he had declined: without a fee, and compensated since there was nothing else.
    expect(await read(site, reserved)).toMatchObject({ status: "compensated", owed: { amount: -700 } });
    expect(await sums(reserved.booking)).toBe(-700);
    expect(await told(reserved.booking)).toEqual(["bookingAtRisk"]);
  });
});

describe("an owner who takes a connector away", () => {
  it("gets his drivers to the nearest site that has the time and fits", async () => {
    const site = await chargerSite(43, 1);
    const near = await chargerSite(43.05, 1);
    const far = await chargerSite(43.15, 1);
    const reserved = await book(site);
    await site.site.hear();
    const block = { seat: "CP1/1", start: instantOfSlot(site.base), end: null, reschedule: true };
    const path = `/v1/sites/${site.siteId}`;
    const { shown, affected } = await site.owner.ok<{ shown: string; affected: object[] }>(
      "POST",
      `${path}/booking-changes/preview`,
      { kind: "block", ...block },
    );
    expect(affected).toMatchObject([{ booking: reserved.booking, then: "offered" }]);
    await site.owner.ok("POST", `${path}/blocks?shown=${shown}`, block);
    await round();
    expect(await offers()).toMatchObject([{ cause: "owner", offer: { siteId: near.siteId, price: { amount: 400 } } }]);
    // Its owner takes more now: that is another offer. And his rules of payment hold.
    await near.owner.ok("PUT", `/v1/sites/${near.siteId}/booking-settings`, { ...rules, pricePerHour: 500 });
    expect((await say(site, reserved, true)).status).toBe(409);
    expect(await offers()).toMatchObject([{ offer: { siteId: near.siteId, price: { amount: 500 } } }]);
    const accepts = (method: string) =>
      near.owner.ok("PUT", `/v1/sites/${near.siteId}/payment-rules`, {
        methods: [method],
        onAccountFor: "everybody",
        hold: null,
      });
    await accepts("card");
    const refused = await say(site, reserved, true);
    await accepts("on_account");
    expect(await refused.json()).toMatchObject({ error: { code: "not_accepted" } });
    // Its owner sells no more, or somebody is quicker: what is next is offered.
    await near.owner.ok("PUT", `/v1/sites/${near.siteId}/booking-settings`, { ...rules, open: false });
    expect((await say(site, reserved, true)).status).toBe(409);
    expect(await offers()).toMatchObject([{ offer: { siteId: far.siteId } }]);
    await near.owner.ok("PUT", `/v1/sites/${near.siteId}/booking-settings`, rules);
    await far.owner.ok("PUT", `/v1/sites/${far.siteId}/booking-settings`, { ...rules, open: false });
    expect((await say(site, reserved, true)).status).toBe(409);
    await far.owner.ok("PUT", `/v1/sites/${far.siteId}/booking-settings`, rules);
    expect(await offers()).toMatchObject([{ offer: { siteId: near.siteId } }]);
    const quick = await cloud.person();
    await book(near, quick);
    expect((await say(site, reserved, true)).status).toBe(409);
    expect(await offers()).toMatchObject([{ offer: { siteId: far.siteId } }]);
    const answers = await Promise.all([say(site, reserved, true), say(site, reserved, false, driver.at(second))]);
    const accepted = answers[0]!.status === 200;
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 410]);
    await Promise.all([site.site.hear(), far.site.hear()]);
    await round();
    expect(await read(site, reserved)).toMatchObject({ status: "cancelled", owed: { amount: 0 } });
    expect(await sums(reserved.booking)).toBe(0);
    const { reservations } = await driver.ok<{ reservations: (Reservation & { siteId: string })[] }>(
      "GET",
      "/v1/reservations",
    );
    const there = reservations.filter(({ siteId }) => siteId === far.siteId);
    expect(there).toHaveLength(accepted ? 1 : 0);
    expect(Object.values(far.site.book.sales)).toHaveLength(accepted ? 1 : 0);
    expect((await told(reserved.booking)).filter((kind) => kind === "bookingReleased")).toHaveLength(accepted ? 0 : 1);
  });
});
