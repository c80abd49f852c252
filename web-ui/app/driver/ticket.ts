import type { KeptBooking } from "./keep";

/** What a booking is taken along as: a calendar entry, a way there, and the link that starts it at the charger. */

const stamp = (at: string) => at.replaceAll(/[-:]/g, "").replace(/\.\d+/, "");
/** RFC 5545 section 3.3.11. */
const escaped = (text: string) => text.replaceAll(/[\\;,]/g, (char) => `\\${char}`).replaceAll("\n", "\\n");

/** A calendar file (RFC 5545) of a booking. `url` is its page, `madeAt` the instant of making. */
export function calendarOf(kept: KeptBooking, title: string, url: string, madeAt: string): string {
  const { booking, version, start, end } = kept.reservation;
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//hitchpost//EN",
    "BEGIN:VEVENT",
    `UID:${booking}@hitchpost`,
    // RFC 5545 section 3.8.7.4: of a booking that was moved, so that it takes the place of the entry before.
    `SEQUENCE:${version}`,
    `DTSTAMP:${stamp(madeAt)}`,
    `DTSTART:${stamp(start)}`,
    `DTEND:${stamp(end)}`,
    `SUMMARY:${escaped(title)}`,
    `LOCATION:${escaped(kept.address)}`,
    `GEO:${kept.lat};${kept.lng}`,
    `URL:${url}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return lines.flatMap(folded).join("\r\n") + "\r\n";
}

/** RFC 5545 section 3.1: lines of at most 75 octets; 60 characters leave room for accents. */
function folded(line: string): string[] {
  const parts = line.match(/.{1,60}/gu) ?? [""];
  return parts.map((part, index) => (index === 0 ? part : ` ${part}`));
}

/** A way to a place, in whatever app the phone opens maps with. */
export function directionsTo({ lat, lng }: { lat: number; lng: number }): string {
  return `https://www.openstreetmap.org/directions?to=${lat}%2C${lng}`;
}

/**
 * The link that starts a booking at a charger: its own address, as printed under its QR code, with the pass behind `#`, which is never sent anywhere but
 * to the page itself. Null where the text is no such address.
 */
export function startLink(chargerAddress: string, token: string): string | null {
  const text = chargerAddress.trim();
  try {
    const url = new URL(/^https?:\/\//.test(text) ? text : `http://${text}`);
    if (!/^\/(c\/[^/]+\/\d{1,2})?\/?$/.test(url.pathname)) return null;
    return `${url.origin}${url.pathname}#pass=${token}`;
  } catch {
    return null;
  }
}
