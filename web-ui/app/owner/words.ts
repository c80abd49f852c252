import { translator } from "../../common/translate";
import type { Lang, Translate } from "../../common/translate";
import type { Failure } from "../api";
import { errorText } from "../errors";
import type { ownerEn } from "./owner-en";

export type OwnerTexts = Record<keyof typeof ownerEn, string>;
export type OwnerT = Translate<typeof ownerEn>;

let t: OwnerT | null = null;

/** Sets the texts that the owners' pages speak with. */
export function useOwnerTexts(texts: OwnerTexts): void {
  t = translator<typeof ownerEn>(texts);
}

/** Loads the owners' texts of a language, beside the page that shows them. */
export async function loadOwnerTexts(lang: Lang): Promise<void> {
  useOwnerTexts(lang === "de" ? (await import("./owner-de")).ownerDe : (await import("./owner-en")).ownerEn);
}

/** The owners' texts. They are there before any of their pages is. */
export function ownerT(): OwnerT {
  return t as OwnerT;
}

const errors = {
  incomplete: "errorIncomplete",
  wrong_state: "errorState",
  too_large: "errorPhoto",
  invalid_photo: "errorPhoto",
  too_many_photos: "errorPhotos",
  too_many_links: "errorLinks",
  last_owner: "errorLastOwner",
  already_member: "errorMember",
  code_taken: "errorCode",
  answered: "errorAnswered",
  too_many_blocks: "errorBlocks",
  in_use: "errorInUse",
  bookings_affected: "errorMoreBookings",
} as const;

/** What went wrong, in plain words: also what is only the owners' business. */
export function ownerError(failure: Failure): string {
  const { code } = failure;
  return Object.hasOwn(errors, code) ? ownerT()(errors[code as keyof typeof errors]) : errorText(failure);
}
