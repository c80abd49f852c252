import type { Invoice } from "./invoice";
import type { Language } from "./invoice-text";
import { formats, words } from "./invoice-text";
import type { Pdf } from "./pdf";
import { columnsOf, openPdf } from "./pdf";

const columns = columnsOf(160, 80, 95, 55, 93);

/** An invoice or credit note as PDF, A4; the same invoice gives the same bytes. */
export function invoicePdf(invoice: Invoice, language: Language): Promise<Uint8Array> {
  const text = words[language];
  const format = formats(language, invoice.currency, invoice.timeZone);
  const title = `${text[invoice.type]} ${invoice.number}`;
  const pdf = openPdf({ title, author: invoice.seller.name, at: invoice.at, language });
  const row = (cells: string[], bold = false) => pdf.row(columns, cells, bold);

  pdf.text(title, { size: 18, bold: true });
  pdf.gap();
  parties(pdf, invoice, language);
  pdf.pair(text.timesIn, invoice.timeZone);
  pdf.gap();

  row([text.line, text.quantity, text.unitPrice, text.vat, text.net], true);
  pdf.rule();
  for (const line of invoice.lines) {
    const { item, quantity, unitPrice, rate, money } = format;
    row([item(line), quantity(line), unitPrice(line), rate(line.vatRate), money(line.net)]);
  }
  pdf.rule();
  row(["", text.net, text.vat, "", text.gross], true);
  for (const { vatRate, net, vat } of invoice.vatTable) {
    row([`${text.vat} ${format.rate(vatRate)}`, format.money(net), format.money(vat), "", format.money(net + vat)]);
  }
  row([text.total, format.money(invoice.net), format.money(invoice.vat), "", format.money(invoice.gross)], true);
  pdf.rule();
  pdf.pair(text.payment, text.methods[invoice.method]);
  return pdf.bytes();
}

/** Who sells to whom, and what: the figures that an invoice has to name. */
function parties(pdf: Pdf, invoice: Invoice, language: Language): void {
  const text = words[language];
  const format = formats(language, invoice.currency, invoice.timeZone);
  const { seller, buyer, subject } = invoice;
  pdf.text(seller.name, { size: 10, bold: true, width: 240 });
  for (const line of seller.address.split("\n")) pdf.text(line, { width: 240 });
  if (seller.vatNumber) pdf.text(`${text.vatNumber} ${seller.vatNumber}`, { width: 240 });
  pdf.gap();
  pdf.pair(text.buyer, buyer ? `${buyer.name}, ${buyer.email}` : text.guest);
  pdf.pair(text.date, format.day(invoice.at));
  pdf.pair(text.corrects, invoice.corrects ?? "");
  pdf.pair(text.site, invoice.siteName ?? "");
  if (subject?.type === "session") {
    pdf.pair(text.connector, `${subject.cpId} / ${subject.connectorId}`);
    pdf.pair(text.time, `${format.instant(subject.startedAt)} - ${format.instant(subject.endedAt)}`);
    pdf.pair(text.meter, `${format.energy(subject.meterStart)} - ${format.energy(subject.meterStop)}`);
    pdf.pair(text.energy, format.energy(subject.energyWh));
    pdf.pair(text.hubReceipt, subject.hubReceipt ?? "");
  }
  if (subject?.type === "reservation") {
    pdf.pair(text.booking, `${format.instant(subject.from)} - ${format.instant(subject.to)}`);
  }
}
