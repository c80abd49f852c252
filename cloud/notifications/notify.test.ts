import { describe, expect, it } from "vitest";
import { languageOf, wordsOf } from "../accounts/mails";
import { openCloud } from "../testing/open";
import { kindNames, textOf } from "./kinds";
import type { Kind } from "./kinds";
import { notify, ownersOf } from "./notify";
import { noMail, openWaysOut } from "./ways-out";

const cloud = await openCloud();

const sample = {
  siteId: "01900000-0000-7000-8000-000000000000",
  siteName: "Garage",
  booking: "B1",
  sessionId: "S1",
  cpId: "CP1",
  connectorId: 1,
  errorCode: "GroundFailure",
  start: "2026-03-29T00:30:00Z",
  end: "2026-03-29T01:30:00Z",
  at: "2026-03-29T01:30:00Z",
  from: "2026-03-29T01:30:00Z",
  startedAt: "2026-03-29T01:30:00Z",
  energyWh: 12_340,
  amount: 1234,
  currency: "EUR",
  caseId: "C1",
  subject: "Cable locked",
  reason: "No photo",
  period: "2026-03",
  text: "Replaced",
  rating: 4,
  waitId: "W1",
  seriesId: "S1",
  until: "2026-03-29T02:00:00Z",
  bills: 2,
  idTag: "CARD1",
  driver: "Some One",
  approved: true,
  hub: "pi",
  over: false,
  threadId: "T1",
  side: "driver",
  other: { siteName: "Next door", distanceM: 1200 },
  isElsewhere: true,
  refund: { amount: 500, currency: "EUR" },
  compensation: { amount: 200, currency: "EUR" },
};
const berlin = { language: "de", timeZone: "Europe/Berlin" } as const;
const london = { language: "en", timeZone: "Europe/London" } as const;

describe("texts", () => {
  it.each(kindNames)("of %s are there in both languages, without holes", (kind) => {
    for (const reader of [berlin, london]) {
      const { title, body, path } = textOf(kind, sample, reader);
      expect(`${title} ${body} ${path}`).not.toMatch(/undefined|null|NaN|Invalid|\[object/);
      expect(title.length).toBeGreaterThan(0);
      expect(path).toMatch(/^\//);
    }
  });

  it("show times in the reader's zone, which they name, over a change of the clocks, and amounts in the reader's language", () => {
    expect(textOf("bookingConfirmed", sample, berlin).body).toMatch(/01:30 MEZ bis .*03:30 MESZ/);
    expect(textOf("bookingConfirmed", sample, london).body).toMatch(/00:30 GMT to .*02:30 BST/);
    expect(textOf("chargingFinished", sample, berlin).body).toBe("Garage: 12,34 kWh, 12,34\u00a0€.");
    expect(textOf("chargingFinished", { ...sample, currency: "JPY" }, london).body).toBe("Garage: 12.34 kWh, ¥1,234.");
  });

  it("refuse data of another kind", () => {
    expect(() => textOf("payout", { amount: 1 }, london)).toThrow();
  });
});

describe("the ways out", () => {
  const none = { smtpUrl: undefined, mailFrom: undefined, twilio: undefined, vapidSubject: undefined };

  it("are those that are set", async () => {
    for (const url of ["http://127.0.0.1:3000", "https://charge.example"]) {
      expect(await openWaysOut(cloud.db, none, url)).toMatchObject({ mail: null, sms: null });
    }
    const twilio = { accountSid: "AC1", authToken: "t", from: "+1555" };
    const all = { smtpUrl: "smtp://x", mailFrom: "Post <post@x.example>", twilio, vapidSubject: "mailto:a@x.example" };
    const { mail, sms, push } = await openWaysOut(cloud.db, all, "https://charge.example");
    expect([mail === null, sms === null, push.publicKey]).toEqual([false, false, cloud.first.deps.push.publicKey]);
    expect(noMail(true)).toContain("by hand");
    expect(noMail(false)).toContain("at their word");
  });

  it("speak the language that a browser asks for, as far as it is ours", () => {
    expect(["de-AT,en", "fr, de;q=0.5", "EN-us", "fr", "", null].map(languageOf)).toEqual([
      "de",
      "de",
      "en",
      "en",
      "en",
      "en",
    ]);
    for (const language of ["en", "de"] as const) {
      expect(wordsOf({ kind: "confirmChange", url: "U", newEmail: "N" }, language)[1]).toMatch(/N.*U/s);
      expect(wordsOf({ kind: "invitation", inviter: "I", group: "G", url: "U" }, language)[0]).toMatch(/I.*G/);
      expect(wordsOf({ kind: "reset", url: "U" }, language)[1]).toContain("U");
      expect(wordsOf({ kind: "exists" }, language)[0]).not.toBe("");
    }
  });
});

describe("notify", () => {
  const inbox = async (userId: string) =>
    (await cloud.db.selectFrom("notifications").select(["kind", "data"]).where("user_id", "=", userId).execute()).map(
      ({ kind, data }): [Kind, unknown] => [kind, data],
    );

  it("tells a person once of one thing, and not at all when the transaction is rolled back", async () => {
    const { owner, siteId } = await cloud.owner();
    const userId = await owner.userId();
    expect(await ownersOf(cloud.db, siteId)).toEqual([userId]);
    const data = { siteId, siteName: "Garage" };
    const notice = { userId, kind: "siteApproved", siteId, data, key: "1", now: cloud.now() } as const;
    let woken = 0;
    cloud.first.wake.on(`user:${userId}`, () => (woken += 1));
    await Promise.all([notify(cloud.db, notice), notify(cloud.db, notice)]);
    await notify(cloud.db, { ...notice, key: "2" });
    await notify(cloud.db, { ...notice, key: undefined });
    const broken = cloud.db.transaction().execute(async (tx) => {
      await notify(tx, { ...notice, key: "3" });
      throw new Error("rolled back");
    });
    await expect(broken).rejects.toThrow("rolled back");
    expect(await inbox(userId)).toEqual(Array.from({ length: 3 }, () => ["siteApproved", data]));
    expect(await cloud.runJobs()).toBe(3);
    await cloud.first.wake.flushed();
    expect(woken).toBeGreaterThan(0);
  });
});
