import PDFDocument from "pdfkit";
import type { Invoice } from "./invoice";
import type { Language } from "./invoice-text";
import { formats, words } from "./invoice-text";

const MARGIN = 56;
const RIGHT = 595.28 - MARGIN;
const BOTTOM = 841.89 - MARGIN;
const GREY = "#555555";

/** Columns of the lines: where each begins, how wide it is, and whether it is a number. */
const columns = [
  { x: MARGIN, width: 150, align: "left" },
  { x: 210, width: 75, align: "right" },
  { x: 290, width: 90, align: "right" },
  { x: 384, width: 42, align: "right" },
  { x: 430, width: RIGHT - 430, align: "right" },
] as const;

/**
 * An invoice or credit note as PDF, A4. The same invoice gives the same bytes: its dates are the invoice's own. The fonts are those that every reader has, so that letters
 * outside of Western Europe's show as question marks; the invoice as data has them all.
 */
export function invoicePdf(invoice: Invoice, language: Language): Promise<Uint8Array> {
  const text = words[language];
  const format = formats(language, invoice.currency, invoice.timeZone);
  const at = new Date(invoice.at);
  const title = `${text[invoice.type]} ${invoice.number}`;
  const info = { Title: title, Author: writable(invoice.seller.name), CreationDate: at, ModDate: at };
  const pdf = new PDFDocument({ size: "A4", margin: MARGIN, info, lang: language, displayTitle: true });
  const chunks: Buffer[] = [];
  const done = new Promise<Uint8Array>((resolve, reject) => {
    pdf.on("data", (chunk: Buffer) => chunks.push(chunk));
    pdf.on("end", () => resolve(new Uint8Array(Buffer.concat(chunks))));
    pdf.on("error", reject);
  });

  const write = (value: string, x: number, width: number, align: "left" | "right" = "left") =>
    pdf.text(writable(value), x, pdf.y, { width, align });
  const row = (cells: readonly string[], bold = false) => {
    pdf
      .font(bold ? "Helvetica-Bold" : "Helvetica")
      .fontSize(9)
      .fillColor("black");
    const heights = cells.map((cell, index) => pdf.heightOfString(writable(cell), { width: columns[index]!.width }));
    const height = Math.max(...heights);
    if (pdf.y + height > BOTTOM) pdf.addPage();
    const top = pdf.y;
    cells.forEach((cell, index) => {
      const { x, width, align } = columns[index]!;
      pdf.y = top;
      write(cell, x, width, align);
    });
    pdf.y = top + height + 4;
  };
  const rule = () => {
    pdf.moveTo(MARGIN, pdf.y).lineTo(RIGHT, pdf.y).lineWidth(0.5).strokeColor(GREY).stroke();
    pdf.y += 5;
  };
  const pair = (label: string, value: string) => {
    if (value === "") return;
    const top = pdf.y;
    pdf.font("Helvetica").fontSize(9).fillColor(GREY);
    write(label, MARGIN, 120);
    pdf.y = top;
    pdf.fillColor("black");
    write(value, MARGIN + 124, RIGHT - MARGIN - 124);
  };

  pdf.font("Helvetica-Bold").fontSize(18);
  write(title, MARGIN, RIGHT - MARGIN);
  pdf.moveDown(0.6);
  const { seller, buyer, subject } = invoice;
  pdf.font("Helvetica-Bold").fontSize(10);
  write(seller.name, MARGIN, 240);
  pdf.font("Helvetica").fontSize(9);
  for (const line of seller.address.split("\n")) write(line, MARGIN, 240);
  if (seller.vatNumber) write(`${text.vatNumber} ${seller.vatNumber}`, MARGIN, 240);
  pdf.moveDown();
  pair(text.buyer, buyer ? `${buyer.name}, ${buyer.email}` : text.guest);
  pair(text.date, format.day(invoice.at));
  pair(text.corrects, invoice.corrects ?? "");
  pair(text.site, invoice.siteName ?? "");
  if (subject?.type === "session") {
    pair(text.connector, `${subject.cpId} / ${subject.connectorId}`);
    pair(text.time, `${format.instant(subject.startedAt)} - ${format.instant(subject.endedAt)}`);
    pair(text.meter, `${format.energy(subject.meterStart)} - ${format.energy(subject.meterStop)}`);
    pair(text.energy, format.energy(subject.energyWh));
    pair(text.hubReceipt, subject.hubReceipt ?? "");
  }
  if (subject?.type === "reservation") {
    pair(text.booking, `${format.instant(subject.from)} - ${format.instant(subject.to)}`);
  }
  pair(text.timesIn, invoice.timeZone);
  pdf.moveDown();

  row([text.line, text.quantity, text.unitPrice, text.vat, text.net], true);
  rule();
  for (const line of invoice.lines) {
    const { item, quantity, unitPrice, rate, money } = format;
    row([item(line), quantity(line), unitPrice(line), rate(line.vatRate), money(line.net)]);
  }
  rule();
  row(["", text.net, text.vat, "", text.gross], true);
  for (const { vatRate, net, vat } of invoice.vatTable) {
    row([`${text.vat} ${format.rate(vatRate)}`, format.money(net), format.money(vat), "", format.money(net + vat)]);
  }
  row([text.total, format.money(invoice.net), format.money(invoice.vat), "", format.money(invoice.gross)], true);
  rule();
  pair(text.payment, text.methods[invoice.method]);
  pdf.end();
  return done;
}

/** The letters of Windows-1252 beyond Latin 1, which the standard fonts have too. */
const more = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";

/** A text that the standard fonts can show. */
function writable(text: string): string {
  return Array.from(text.normalize("NFC"), (letter) =>
    /[\u0020-\u007E\u00A0-\u00FF]/.test(letter) || more.includes(letter) ? letter : "?",
  ).join("");
}
