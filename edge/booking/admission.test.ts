import { describe, expect, it } from "vitest";
import { claimsOf } from "../../shared/booking";
import { eventually } from "../../shared/testing/eventually";
import { referenceOf } from "./bookings";
import { hub, mine, outcomeOf, place, secretOf, shown, testSite, useTestSite } from "./testing/site";

useTestSite();

describe("a pass", () => {
  it("is used on disk before the charger is asked, and starts one charge at the connector of its page", async () => {
    const booking = await hub.reserve(30, 90);
    await hub.after(31);
    const admitted = await hub.bookings.admitDriver(place, shown(booking), mine);
    expect(admitted).toEqual({ ...place, requestId: expect.any(String) as string });
    const used = hub.types().lastIndexOf("booking.admitted");
    expect(hub.types()[used + 1]).toBe("start.requested");
    await hub.quiet();
    expect(hub.gateway.sent("RemoteStartTransaction")).toHaveLength(1);
    await hub.begin("CP1");
    expect(hub.sale(booking.sale)).toMatchObject({ stage: "started", use: { connector: "CP1/1", by: "pass" } });
    await hub.after(20);
    await hub.end("CP1");
    expect(hub.sale(booking.sale).end).toMatchObject({ status: "FULFILLED", owed: 0 });
  });

  it("asks nobody before the disk has it: where that refuses, no charger starts", async () => {
    const booking = await hub.reserve(0, 60);
    hub.store.failure = new Error("the disk refuses");
    await expect(hub.bookings.admitDriver(place, shown(booking), mine)).rejects.toThrow("the disk refuses");
    expect(hub.gateway.sent("RemoteStartTransaction")).toEqual([]);
    hub.store.failure = null;
    const waiting: (() => void)[] = [];
    hub.store.fsync = () => new Promise<void>((done) => void waiting.push(done));
    const admitted = hub.bookings.admitDriver(place, shown(booking), mine);
    await eventually(() => expect(hub.sale(booking.sale).stage).toBe("admitted"));
    await hub.quiet();
    expect(hub.gateway.sent("RemoteStartTransaction")).toEqual([]);
    hub.store.fsync = () => Promise.resolve();
    for (const done of waiting) done();
    await admitted;
    await hub.quiet();
    expect(hub.gateway.sent("RemoteStartTransaction")).toHaveLength(1);
  });

  it("copied is refused, while the first starts, charges, and after it", async () => {
    const booking = await hub.reserve(0, 60);
    const show = (secret: string) => hub.bookings.admitDriver(place, shown(booking), secret);
    const first = await show(mine);
    expect(await show(mine)).toEqual(first);
    expect(await outcomeOf(show(secretOf("o")))).toBe("pass_used");
    await hub.quiet();
    await hub.begin("CP1");
    expect(await show(mine)).toEqual(first);
    expect(await outcomeOf(show(secretOf("o")))).toBe("pass_used");
    await hub.end("CP1");
    expect(await outcomeOf(show(secretOf("o")))).toBe("pass_used");
    expect(hub.gateway.sent("RemoteStartTransaction")).toHaveLength(1);
  });

  it("is not consumed by a start that the charger refuses: the driver may try again", async () => {
    const booking = await hub.reserve(0, 60);
    hub.gateway.answers.RemoteStartTransaction = () => ({ status: "Rejected" });
    await hub.bookings.admitDriver(place, shown(booking), mine);
    await hub.quiet();
    expect(hub.sale(booking.sale)).toMatchObject({ stage: "reserved", use: null });
    expect(await outcomeOf(hub.bookings.admitDriver(place, shown(booking), mine))).toBe("start_over");
    hub.gateway.answers.RemoteStartTransaction = () => ({ status: "Accepted" });
    await hub.bookings.admitDriver(place, shown(booking), secretOf("n"));
    await hub.quiet();
    await hub.begin("CP1");
    expect(hub.sale(booking.sale).stage).toBe("started");
  });

  it("comes too early, and too late; after that it was a no-show", async () => {
    const booking = await hub.reserve(60, 120);
    const show = () => hub.bookings.admitDriver(place, shown(booking), mine);
    await expect(show()).rejects.toMatchObject({
      code: "pass_too_early",
      status: 409,
      details: { opensAt: "2026-11-21T12:49:00.000Z", closesAt: "2026-11-21T13:16:00.000Z" },
    });
    hub.trust.clock = false;
    await hub.after(80);
    expect(await outcomeOf(show())).toBe("operator_needed");
    hub.trust.clock = true;
    expect(await outcomeOf(show())).toBe("pass_too_late");
    await hub.after(1);
    expect(hub.sale(booking.sale).end).toMatchObject({ status: "NO_SHOW" });
    expect(await outcomeOf(show())).toBe("pass_revoked");
  });

  it.each([
    ["of another site", { hub: "0193" }, "pass_other_site"],
    ["of a later epoch", { epoch: 2 }, "operator_needed"],
    ["of another time", { to: 2_000_000 }, "pass_invalid"],
    ["of a booking that is not known", { booking: "0193", seat: "CP2/1" }, "operator_needed"],
  ])("%s is refused", async (_name, change, refusal) => {
    const booking = await hub.reserve(0, 60);
    const pass = await hub.keys.sign({ ...claimsOf(booking.sale, null), ...change });
    expect(await outcomeOf(hub.bookings.admitDriver(place, { pass }, mine))).toBe(refusal);
    expect(hub.gateway.sent("RemoteStartTransaction")).toEqual([]);
  });

  it("that was changed, signed by another, or is none is refused", async () => {
    const booking = await hub.reserve(0, 60);
    const [header, , signature] = booking.pass.split(".");
    const claims = { ...claimsOf(booking.sale, null), to: booking.sale.to + 8 };
    const changed = [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
    expect(await outcomeOf(hub.bookings.admitDriver(place, { pass: changed }, mine))).toBe("pass_invalid");
    const other = await testSite();
    const foreign = await other.keys.sign(claimsOf(booking.sale, null));
    await other.close();
    expect(await outcomeOf(hub.bookings.admitDriver(place, { pass: foreign }, mine))).toBe("pass_invalid");
    const cloud = await hub.keys.sign({ ...claimsOf(booking.sale, null), issuer: "cloud" });
    expect(await outcomeOf(hub.bookings.admitDriver(place, { pass: cloud }, mine))).toBe("pass_invalid");
    for (const pass of ["", "a.b.c", "x", `${"a".repeat(30_000)}.b.c`]) {
      expect(await outcomeOf(hub.bookings.admitDriver(place, { pass }, mine))).toBe("pass_unreadable");
    }
  });
});

describe("a PIN", () => {
  it("is needed with its pass, and wrong five times it needs the operator", async () => {
    const booking = await hub.reserve(0, 60);
    const { pass } = booking;
    expect(await outcomeOf(hub.bookings.admitDriver(place, { pass }, mine))).toBe("pin_needed");
    for (let i = 0; i < 5; i += 1) {
      expect(await outcomeOf(hub.bookings.admitDriver(place, { pass, pin: "none" }, mine))).toBe("pin_wrong");
    }
    expect(await outcomeOf(hub.bookings.admitDriver(place, shown(booking), mine))).toBe("pin_blocked");
    await hub.bookings.admitByOperator(place, { booking: booking.sale.booking });
    expect(hub.sale(booking.sale)).toMatchObject({ stage: "admitted", use: { by: "operator" } });
  });

  it("with the booking's reference is enough, however it is typed", async () => {
    const booking = await hub.reserve(0, 60);
    const reference = referenceOf(booking.sale.booking).toLowerCase();
    const pin = booking.pin as string;
    expect(await outcomeOf(hub.bookings.admitDriver(place, { reference: "ABCDEF12", pin }, mine))).toBe(
      "unknown_booking",
    );
    expect(await outcomeOf(hub.bookings.admitDriver(place, { reference, pin: "none" }, mine))).toBe("pin_wrong");
    const typed = `${reference.slice(0, 4)} ${reference.slice(4)}`;
    expect(await hub.bookings.admitDriver(place, { reference: typed, pin }, mine)).toMatchObject(place);
  });
});

describe("where the driver charges", () => {
  it("is another free connector where somebody has stayed", async () => {
    const booking = await hub.reserve(30, 90, { at: "CP1/1" });
    await hub.begin("CP1", "card");
    await hub.after(31);
    expect(await hub.bookings.admitDriver(place, shown(booking), mine)).toMatchObject({ cpId: "CP2" });
  });

  it("is where a standby has to leave, once it has", async () => {
    hub.gateway.answers.ReserveNow = () => ({ status: "Rejected" });
    await hub.begin("CP1", "card1");
    await hub.begin("CP2", "card2");
    await hub.status("CP1", "Charging");
    await hub.status("CP2", "Charging");
    // Sessions from before there were reservations have claimed nothing.
    const booking = await hub.reserve(0, 60);
    expect(await hub.bookings.admitDriver(place, shown(booking), mine)).toEqual({ ...place, requestId: null });
    expect(hub.gateway.calls.filter(({ action }) => action === "RemoteStopTransaction")).toMatchObject([
      { cpId: "CP1" },
    ]);
    expect(await outcomeOf(hub.bookings.admitDriver(place, shown(booking), mine))).toBe("pass_used");
    await hub.end("CP1");
    await hub.status("CP1", "Available");
    expect(await outcomeOf(hub.starter.startBySecret(place, secretOf("x")))).toBe("connector_reserved");
    expect(await hub.bookings.admitDriver(place, shown(booking), mine)).toMatchObject({
      requestId: expect.any(String),
    });
    await hub.quiet();
    await hub.begin("CP1");
    expect(hub.sale(booking.sale).stage).toBe("started");
  });

  it("is not kept for ever for one who goes away again", async () => {
    hub.gateway.answers.ReserveNow = () => ({ status: "Rejected" });
    for (const cpId of ["CP1", "CP2"]) {
      await hub.begin(cpId, "card");
      await hub.status(cpId, "Charging");
    }
    const booking = await hub.reserve(30, 90);
    await hub.after(31);
    await hub.bookings.admitDriver(place, shown(booking), mine);
    await hub.end("CP1");
    await hub.after(17);
    expect(hub.sale(booking.sale)).toMatchObject({ use: null, end: { status: "NO_SHOW" } });
  });

  it("is nowhere on a full site: he waits, or takes his compensation", async () => {
    const booking = await hub.reserve(15, 75);
    for (const cpId of ["CP1", "CP2"]) await hub.status(cpId, "Faulted");
    await hub.after(15);
    const show = () => hub.bookings.admitDriver(place, shown(booking), mine);
    expect(await outcomeOf(show())).toBe("site_full");
    await hub.status("CP1", "Available");
    expect(await outcomeOf(hub.bookings.compensate(place, shown(booking)))).toBe("place_free");
    await hub.status("CP1", "Faulted");
    expect(await outcomeOf(hub.bookings.compensate(place, { pass: booking.pass, pin: "none" }))).toBe("pin_wrong");
    expect(await hub.bookings.compensate(place, shown(booking))).toEqual({ owed: 0 });
    expect(hub.sale(booking.sale).end).toMatchObject({ status: "CANCELED", reason: "FULL" });
    expect(await outcomeOf(show())).toBe("pass_revoked");
  });
});
