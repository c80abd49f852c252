import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import { expect, it } from "vitest";
import type { Invoice } from "./invoice";
import { invoicePdf } from "./invoice-pdf";
import type { Language } from "./invoice-text";
import { formats } from "./invoice-text";

const invoice: Invoice = {
  chargeId: "c",
  number: "2026-000042",
  type: "invoice",
  kind: "session",
  at: "2026-11-02T23:30:00.000Z",
  organizationId: "o",
  siteId: "s",
  currency: "EUR",
  method: "on_account",
  seller: { name: "Müller Garage", address: "Way 1\n12345 Town", vatNumber: "DE123456789" },
  buyer: { name: "Zoë Driver", email: "zoe@test.example" },
  siteName: "Garage",
  timeZone: "Europe/Berlin",
  corrects: null,
  subject: {
    type: "session",
    sessionId: "x",
    cpId: "CP1",
    connectorId: 2,
    startedAt: "2026-11-02T10:00:00Z",
    endedAt: "2026-11-02T11:05:00Z",
    meterStart: 1000,
    meterStop: 11_000,
    energyWh: 10_000,
    hubReceipt: "R-000007",
  },
  lines: [
    { text: "ENERGY", net: 378, vat: 72, vatRate: 1900, quantity: 10_000, unitPrice: 4500 },
    { text: "PARKING_TIME", net: 100, vat: 19, vatRate: 1900, quantity: 3725, unitPrice: 11_500 },
    { text: "FLAT", net: 100, vat: 7, vatRate: 700, unitPrice: 10_700 },
    { text: "Gold members", net: -50, vat: 0, vatRate: null },
  ],
  vatTable: [
    { vatRate: 1900, net: 478, vat: 91 },
    { vatRate: 700, net: 100, vat: 7 },
    { vatRate: null, net: -50, vat: 0 },
  ],
  net: 528,
  vat: 98,
  gross: 626,
};

async function pages(each: Invoice, language: Language): Promise<string[]> {
  const pdf = await getDocument({ data: await invoicePdf(each, language), verbosity: 0 }).promise;
  const texts: string[] = [];
  for (let number = 1; number <= pdf.numPages; number++) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    texts.push(
      items
        .map((item) => ("str" in item ? item.str : ""))
        .join(" ")
        .replace(/\s+/g, " "),
    );
  }
  await pdf.destroy();
  return texts;
}

it("names seller, buyer, times of the site, meter, lines and VAT in English", async () => {
  const [text, ...others] = await pages(invoice, "en");
  expect(others).toEqual([]);
  for (const part of [
    "Invoice 2026-000042",
    "Müller Garage",
    "12345 Town",
    "VAT number DE123456789",
    "Zoë Driver, zoe@test.example",
    "Date 3 Nov 2026",
    "CP1 / 2",
    "2 Nov 2026, 11:00 - 2 Nov 2026, 12:05",
    "1.000 kWh - 11.000 kWh",
    "Receipt at the site R-000007",
    "Energy 10.000 kWh €0.45 / kWh 19 % €3.78",
    "Parking time 1:02:05 h €1.15 / h 19 % €1.00",
    "Base fee €1.07 7 % €1.00",
    "Gold members no VAT -€0.50",
    "VAT 19 % €4.78 €0.91 €5.69",
    "Total €5.28 €0.98 €6.26",
    "Payment on account",
    "Times in Europe/Berlin",
  ]) {
    expect(text).toContain(part);
  }
});

it("is German for Germans, A4, and the same bytes each time", async () => {
  const [text] = await pages(invoice, "de");
  for (const part of [
    "Rechnung 2026-000042",
    "USt-IdNr. DE123456789",
    "11:00",
    "10,000 kWh",
    "3,78 €",
    "auf Rechnung",
  ]) {
    expect(text).toContain(part);
  }
  const [first, again] = [await invoicePdf(invoice, "de"), await invoicePdf(invoice, "de")];
  expect(Buffer.from(first).equals(Buffer.from(again))).toBe(true);
  const pdf = await getDocument({ data: first, verbosity: 0 }).promise;
  expect((await pdf.getPage(1)).view).toEqual([0, 0, 595.28, 841.89]);
  await pdf.destroy();
});

it("has the letters of all of Europe, in names and lines alike, and embeds no more than it shows", async () => {
  const names = ["Zażółć Gęślą", "Ελένη Οδηγός", "Їжак Ґава", "Çağrı Ştefan"];
  const lines = names.map((text) => ({ text, net: 100, vat: 19, vatRate: 1900 }));
  // What no font of ours has is a box, and fails nothing.
  const buyer = { name: "李 \u{1f50c}", email: "li@test.example" };
  const seller = { ...invoice.seller, name: names.join(", ") };
  const each = { ...invoice, seller, buyer, lines };
  const [text] = await pages(each, "en");
  for (const name of names) expect(text!.split(name)).toHaveLength(3);
  const [first, again] = [await invoicePdf(each, "en"), await invoicePdf(each, "en")];
  expect(first.length).toBeLessThan(80_000);
  expect(Buffer.from(first).equals(Buffer.from(again))).toBe(true);
});

it("of a reservation taken back is a credit note, and goes on where a page ends", async () => {
  const note: Invoice = {
    ...invoice,
    type: "creditNote",
    buyer: null,
    corrects: "2026-000041",
    seller: { name: "Owner", address: "", vatNumber: "" },
    subject: { type: "reservation", booking: "b", from: "2026-11-02T10:00:00Z", to: "2026-11-02T11:00:00Z" },
    lines: Array.from({ length: 60 }, () => ({ text: "REFUND", net: -100, vat: -19, vatRate: 1900 })),
  };
  const texts = await pages(note, "en");
  expect(texts.length).toBe(2);
  expect(texts[0]).toContain("Credit note 2026-000042");
  expect(texts[0]).toContain("Guest without an account");
  expect(texts[0]).toContain("Corrects invoice 2026-000041");
  expect(texts[0]).toContain("Reservation 2 Nov 2026, 11:00 - 2 Nov 2026, 12:00");
  expect(texts.join(" ").split("Reservation given back")).toHaveLength(61);
});

it("writes money in the currency's own digits", () => {
  expect(formats("en", "JPY", "UTC").money(450)).toBe("JP¥450");
  expect(formats("de", "EUR", "UTC").money(-1234)).toBe("-12,34 €");
});
