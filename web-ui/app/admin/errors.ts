import { errorWords } from "../errors";
import { adminTexts } from "./words";

/** What went wrong, in plain words: also what is only the admins' business. */
export const adminError = errorWords(adminTexts, {
  forbidden: "errorNotAdmin",
  wrong_state: "errorState",
  not_yourself: "errorSelf",
  paid: "errorPaid",
});
