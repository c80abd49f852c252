import { locales } from "../../common/translate";
import type { Lang } from "../../common/translate";
import type { Connector, OwnPlace, PlaceInput } from "./types";

/** What an owner says of a place, while it is said. */

/** Coordinates as people copy them from a map: `52.52, 13.405`. null: they are none. */
export function readPoint(text: string): { lat: number; lng: number } | null {
  const match = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
  if (!match) return null;
  const [lat, lng] = [Number(match[1]), Number(match[2])];
  return Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? { lat, lng } : null;
}

/** A point as it is typed: to about a metre. */
export function pointText({ lat, lng }: { lat: number; lng: number }): string {
  return `${Math.round(lat * 1e5) / 1e5}, ${Math.round(lng * 1e5) / 1e5}`;
}

/** Every country by its ISO 3166 code, in the order of its name. Intl knows them; codes of unions and of countries that are no more are left out. */
export function countries(lang: Lang): (readonly [code: string, name: string])[] {
  const names = new Intl.DisplayNames(locales[lang], { type: "region", fallback: "none" });
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
  const none = new Set(["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"]);
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((code) => !none.has(code) && new Intl.Locale(`und-${code}`).region === code)
    .flatMap((code) => {
      const name = names.of(code);
      return name === undefined ? [] : [[code, name] as const];
    })
    .toSorted(([, a], [, b]) => a.localeCompare(b, locales[lang]));
}

/** What an owner begins with. */
export function emptyPlace(lang: Lang): Required<Omit<PlaceInput, "lat" | "lng">> {
  return {
    host: "business",
    street: "",
    postalCode: "",
    city: "",
    country: lang === "de" ? "DE" : "GB",
    description: "",
    facilities: [],
    hours: { week: null, exceptions: [] },
    access: "public",
  };
}

export type Step = "stepAddress" | "stepConnector" | "stepPhoto";

/** What a listing needs before it can be submitted, and what it had better have. */
export function stepsOf(
  place: Pick<OwnPlace, "street" | "city" | "photos"> | null,
  connectors: readonly Pick<Connector, "type" | "powerW">[],
): { step: Step; done: boolean; needed: boolean }[] {
  return [
    { step: "stepAddress", done: place !== null && place.street !== "" && place.city !== "", needed: true },
    {
      step: "stepConnector",
      done: connectors.some(({ type, powerW }) => type !== null && powerW !== null),
      needed: true,
    },
    { step: "stepPhoto", done: place !== null && place.photos.length > 0, needed: false },
  ];
}

export type ListingAction = "submit" | "withdraw" | "retire";

/** What an owner may do with a listing as it stands (cloud/sites/listing.ts). */
export const actionsOf: Record<OwnPlace["state"], readonly ListingAction[]> = {
  draft: ["submit"],
  submitted: ["withdraw"],
  approved: ["retire"],
  refused: ["submit"],
  retired: ["submit"],
};
