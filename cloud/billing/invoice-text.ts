import { formatMoney, formatUnitPrice } from "../../shared/money";
import type { InvoiceLine, LineWord, Method } from "./charge-types";
import { lineWords } from "./charge-types";

export const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];

const en = {
  invoice: "Invoice",
  creditNote: "Credit note",
  number: "No.",
  date: "Date",
  corrects: "Corrects invoice",
  buyer: "To",
  guest: "Guest without an account",
  vatNumber: "VAT number",
  site: "Site",
  connector: "Charge point",
  time: "Time",
  meter: "Meter",
  energy: "Energy",
  hubReceipt: "Receipt at the site",
  booking: "Reservation",
  line: "Item",
  quantity: "Quantity",
  unitPrice: "Unit price",
  net: "Net",
  vat: "VAT",
  gross: "Gross",
  total: "Total",
  noVat: "no VAT",
  payment: "Payment",
  page: "Page",
  timesIn: "Times in",
  methods: {
    card: "by card",
    wallet: "from the wallet",
    plan: "with the membership fee",
    on_site: "on site",
    on_account: "on account",
  } satisfies Record<Method, string>,
  lines: {
    ENERGY: "Energy",
    TIME: "Charging time",
    PARKING_TIME: "Parking time",
    FLAT: "Base fee",
    MINIMUM: "Up to the minimum price",
    MAXIMUM: "Down to the maximum price",
    SESSION: "Charging session",
    RESERVATION: "Reservation",
    REFUND: "Reservation given back",
    REVERSAL: "Reservation after all",
    COMPENSATION: "Compensation",
  } satisfies Record<LineWord, string>,
};

const de: typeof en = {
  invoice: "Rechnung",
  creditNote: "Gutschrift",
  number: "Nr.",
  date: "Datum",
  corrects: "Korrigiert Rechnung",
  buyer: "An",
  guest: "Gast ohne Konto",
  vatNumber: "USt-IdNr.",
  site: "Standort",
  connector: "Ladepunkt",
  time: "Zeit",
  meter: "Zählerstand",
  energy: "Energie",
  hubReceipt: "Beleg am Standort",
  booking: "Reservierung",
  line: "Posten",
  quantity: "Menge",
  unitPrice: "Einzelpreis",
  net: "Netto",
  vat: "USt.",
  gross: "Brutto",
  total: "Gesamt",
  noVat: "ohne USt.",
  payment: "Zahlung",
  page: "Seite",
  timesIn: "Zeiten in",
  methods: {
    card: "mit Karte",
    wallet: "aus dem Guthaben",
    plan: "mit dem Mitgliedsbeitrag",
    on_site: "vor Ort",
    on_account: "auf Rechnung",
  },
  lines: {
    ENERGY: "Energie",
    TIME: "Ladezeit",
    PARKING_TIME: "Standzeit",
    FLAT: "Grundgebühr",
    MINIMUM: "Bis zum Mindestpreis",
    MAXIMUM: "Bis zum Höchstpreis",
    SESSION: "Ladevorgang",
    RESERVATION: "Reservierung",
    REFUND: "Reservierung erstattet",
    REVERSAL: "Reservierung doch fällig",
    COMPENSATION: "Entschädigung",
  },
};

export const words = { en, de };

/** What an invoice says, in its reader's language and the site's zone. */
export function formats(language: Language, currency: string, timeZone: string) {
  const locale = language === "en" ? "en-GB" : "de-DE";
  const decimal = new Intl.NumberFormat(locale, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  const percent = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const instant = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: "medium", timeStyle: "short" });
  const day = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: "medium" });
  const text = words[language];
  return {
    /** Without the narrow spaces that fonts of PDF readers do not have. */
    money: (amount: number) => plain(formatMoney(amount, currency, locale)),
    energy: (wattHours: number) => `${decimal.format(wattHours / 1000)} kWh`,
    instant: (at: string) => plain(instant.format(new Date(at))),
    day: (at: string) => plain(day.format(new Date(at))),
    rate: (vatRate: number | null) => (vatRate === null ? text.noVat : `${percent.format(vatRate / 100)} %`),
    item: ({ text: line }: InvoiceLine) => (isWord(line) ? text.lines[line] : line),
    quantity: ({ text: line, quantity }: InvoiceLine) =>
      quantity === undefined ? "" : line === "ENERGY" ? `${decimal.format(quantity / 1000)} kWh` : duration(quantity),
    unitPrice: ({ text: line, unitPrice }: InvoiceLine) => {
      if (unitPrice === undefined) return "";
      const price = plain(formatUnitPrice(unitPrice, currency, locale));
      return line === "ENERGY" ? `${price} / kWh` : line === "FLAT" ? price : `${price} / h`;
    },
  };
}

function isWord(text: string): text is LineWord {
  return (lineWords as readonly string[]).includes(text);
}

function duration(seconds: number): string {
  return `${Math.floor(seconds / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)} h`;
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}

function plain(text: string): string {
  return text.replace(/[\u00A0\u202F\u2009]/g, " ");
}
