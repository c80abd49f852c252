import { createRequire } from "node:module";
import PDFDocument from "pdfkit";
import type { Language } from "./invoice-text";

const MARGIN = 56;
const RIGHT = 595.28 - MARGIN;
const BOTTOM = 841.89 - MARGIN;
const GREY = "#555555";
const { resolve } = createRequire(import.meta.url);
/** What a standard font cannot write is written in this one, which has all alphabets of Europe and more. */
const wide = {
  plain: resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"),
  bold: resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"),
};

/** Where a column begins, how wide it is, and whether it is a number; points. */
interface Column {
  x: number;
  width: number;
  align: "left" | "right";
}

/** Columns over the width of the page, by their widths; numbers from the second on. */
export function columnsOf(...widths: number[]): Column[] {
  let x = MARGIN;
  return widths.map((width, index) => {
    const column: Column = { x, width: width - 6, align: index === 0 ? "left" : "right" };
    x += width;
    return column;
  });
}

/** A document of ours, written from the top down. */
export interface Pdf {
  text(value: string, style?: { size?: number; bold?: boolean; width?: number }): void;
  gap(): void;
  /** A label and its value; nothing where that is empty. */
  pair(label: string, value: string): void;
  /** Cells on one line, on the next page where this one has no room. */
  row(columns: readonly Column[], cells: readonly string[], bold?: boolean): void;
  rule(): void;
  bytes(): Promise<Uint8Array>;
}

/**
 * An A4 page. The same input gives the same bytes: the only dates are those given. The fonts are those that every reader has; a text with letters that these lack, such as Greek,
 * Polish or Ukrainian, brings its letters along. Han letters show as boxes: the same as data has them all.
 */
export function openPdf(head: { title: string; author: string; at: string; language: Language }): Pdf {
  const at = new Date(head.at);
  const info = { Title: head.title, Author: head.author, CreationDate: at, ModDate: at };
  const pdf = new PDFDocument({ size: "A4", margin: MARGIN, info, lang: head.language, displayTitle: true });
  const chunks: Buffer[] = [];
  const done = new Promise<Uint8Array>((resolve, reject) => {
    pdf.on("data", (chunk: Buffer) => chunks.push(chunk));
    pdf.on("end", () => resolve(new Uint8Array(Buffer.concat(chunks))));
    pdf.on("error", reject);
  });
  const font = (bold: boolean, size: number, text: string) =>
    pdf.font(fontOf(text, bold)).fontSize(size).fillColor("black");

  return {
    text(value, { size = 9, bold = false, width = RIGHT - MARGIN } = {}) {
      font(bold, size, value).text(value, MARGIN, pdf.y, { width });
    },
    gap: () => void pdf.moveDown(),
    pair(label, value) {
      if (value === "") return;
      const top = pdf.y;
      font(false, 9, label).fillColor(GREY).text(label, MARGIN, top, { width: 120 });
      font(false, 9, value).text(value, MARGIN + 124, top, { width: RIGHT - MARGIN - 124 });
    },
    row(columns, cells, bold = false) {
      const heights = cells.map((text, index) =>
        font(bold, 9, text).heightOfString(text, { width: columns[index]!.width }),
      );
      const height = Math.max(...heights);
      if (pdf.y + height > BOTTOM) pdf.addPage();
      const top = pdf.y;
      cells.forEach((text, index) => {
        const { x, width, align } = columns[index]!;
        font(bold, 9, text).text(text, x, top, { width, align });
      });
      pdf.y = top + height + 4;
    },
    rule() {
      pdf.moveTo(MARGIN, pdf.y).lineTo(RIGHT, pdf.y).lineWidth(0.5).strokeColor(GREY).stroke();
      pdf.y += 5;
    },
    bytes() {
      pdf.end();
      return done;
    },
  };
}

/** The letters of Windows-1252 beyond Latin 1, which the standard fonts have too. */
const more = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";

function fontOf(text: string, bold: boolean): string {
  const isPlain = Array.from(text).every(
    (letter) => /[\n\u0020-\u007E\u00A0-\u00FF]/.test(letter) || more.includes(letter),
  );
  if (isPlain) return bold ? "Helvetica-Bold" : "Helvetica";
  return bold ? wide.bold : wide.plain;
}
