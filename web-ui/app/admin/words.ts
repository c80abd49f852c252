import { translator } from "../../common/translate";
import type { Lang, Translate } from "../../common/translate";
import type { Failure } from "../api";
import { errorText } from "../errors";
import type { adminEn } from "./admin-en";

export type AdminTexts = Record<keyof typeof adminEn, string>;
export type AdminT = Translate<typeof adminEn>;

let t: AdminT | null = null;

/** Sets the texts that the admins' pages speak with. */
export function setAdminTexts(texts: AdminTexts): void {
  t = translator<typeof adminEn>(texts);
}

/** Loads the admins' texts of a language, beside the page that shows them. */
export async function loadAdminTexts(lang: Lang): Promise<void> {
  setAdminTexts(lang === "de" ? (await import("./admin-de")).adminDe : (await import("./admin-en")).adminEn);
}

/** The admins' texts. They are there before any of their pages is. */
export function adminT(): AdminT {
  return t as AdminT;
}

const errors = {
  forbidden: "errorNotAdmin",
  wrong_state: "errorState",
  not_yourself: "errorSelf",
  paid: "errorPaid",
} as const;

/** What went wrong, in plain words: also what is only the admins' business. */
export function adminError(failure: Failure): string {
  const key = Object.hasOwn(errors, failure.code) ? errors[failure.code as keyof typeof errors] : undefined;
  return key ? adminT()(key) : errorText(failure);
}

const actions = {
  "listing.submit": "actListingSubmit",
  "listing.withdraw": "actListingWithdraw",
  "listing.retire": "actListingRetire",
  "listing.approve": "actListingApprove",
  "listing.refuse": "actListingRefuse",
  "review.hide": "actReviewHide",
  "review.show": "actReviewShow",
  "user.changed": "actUserChanged",
  "admin.granted": "actAdminGranted",
  "hub.revoked": "actHubRevoked",
  "password.changed": "actPasswordChanged",
  "password.reset": "actPasswordReset",
  "email.verified": "actEmailVerified",
  "phone.verified": "actPhoneVerified",
  "account.deleted": "actAccountDeleted",
  "wallet.paid": "actWalletPaid",
  "wallet.refused": "actWalletRefused",
  "payout.paid": "actPayoutPaid",
  "thread.decided": "actThreadDecided",
  "chargePoint.named": "actChargePointNamed",
  "chargePoint.retired": "actChargePointRetired",
  "chargePoint.restored": "actChargePointRestored",
} as const;

/** What an entry of the audit trail says was done; one without words of its own is shown by its name. */
export function actionText(action: string, t: AdminT): string {
  return Object.hasOwn(actions, action) ? t(actions[action as keyof typeof actions]) : action;
}
