import type { Language } from "../billing/invoice-text";
import { formats } from "../billing/invoice-text";
import { columnsOf, openPdf } from "../billing/pdf";
import type { Statement } from "../billing/statement";

const columns = columnsOf(150, 40, 75, 68, 75, 75);

const en = {
  title: "Payout",
  owner: "To",
  period: "Month",
  date: "Date",
  head: ["Site", "Bills", "Gross", "VAT", "Fees", "Earned"],
  earned: "Earned and not paid out before",
  onSite: "Received on site",
  outstanding: "Still owed by drivers",
  due: "Paid out",
};
const de: typeof en = {
  title: "Auszahlung",
  owner: "An",
  period: "Monat",
  date: "Datum",
  head: ["Standort", "Belege", "Brutto", "USt.", "Gebühren", "Erlös"],
  earned: "Erlöst und noch nicht ausgezahlt",
  onSite: "Vor Ort erhalten",
  outstanding: "Noch offen bei Fahrern",
  due: "Ausgezahlt",
};

/** A payout's statement as PDF, A4: the month's bills by site, and how the sum comes about; the same statement gives the same bytes. */
export function statementPdf(statement: Statement, language: Language): Promise<Uint8Array> {
  const text = { en, de }[language];
  const { money, day } = formats(language, statement.currency, "UTC");
  const { organization, period, at, rows, settlement } = statement;
  const title = `${text.title} ${period}`;
  const pdf = openPdf({ title, author: organization, at, language });
  pdf.text(title, { size: 18, bold: true });
  pdf.gap();
  pdf.pair(text.owner, organization);
  pdf.pair(text.period, period);
  pdf.pair(text.date, day(at));
  pdf.gap();
  pdf.row(columns, text.head, true);
  pdf.rule();
  for (const { siteName, bills, gross, tax, fees, earned } of rows) {
    pdf.row(columns, [siteName ?? organization, String(bills), money(gross), money(tax), money(fees), money(earned)]);
  }
  pdf.rule();
  pdf.pair(text.earned, money(settlement.earned));
  pdf.pair(text.onSite, money(-settlement.onSite));
  pdf.pair(text.outstanding, money(-settlement.outstanding));
  pdf.pair(text.due, money(settlement.due));
  return pdf.bytes();
}
