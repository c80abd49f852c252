import { errorWords } from "../errors";
import { ownerTexts } from "./words";

/** What went wrong, in plain words: also what is only the owners' business. */
export const ownerError = errorWords(ownerTexts, {
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
});
