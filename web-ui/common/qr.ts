import { encode } from "uqr";

/** The dark modules of a code as SVG path data, with the quiet zone around them; null where the text is too long (2,953 bytes). `M` bears more dirt than `L`. */
export function qrPath(text: string, ecc: "L" | "M" = "L"): { size: number; path: string } | null {
  try {
    const { data, size } = encode(text, { ecc, border: 4 });
    const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join("");
    return { size, path };
  } catch {
    return null;
  }
}
