import type { AdminT } from "./words";

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
