import {
  adminUser,
  adminUsers,
  listings,
  logEntries,
  ownerPayouts,
  reported,
  reportedThread,
  walletPayouts,
} from "./admin-data";

/** What the app's server answers to admins, by method and path; `empty`: there is nothing to decide. */
export function adminAnswers(isEmpty: () => boolean): [RegExp, () => [status: number, body: unknown]][] {
  const some = <T>(list: T[]) => (isEmpty() ? [] : list);
  return [
    [/^GET \/v1\/admin\/listings$/, () => [200, { listings: some(listings), nextCursor: null }]],
    [/^POST \/v1\/admin\/listings\/[^/]+\/decision$/, () => [200, listings[0]]],
    [/^GET \/v1\/admin\/reviews$/, () => [200, { reviews: some(reported) }]],
    [/^POST \/v1\/admin\/sites\/[^/]+\/reviews\/[^/]+\/moderation$/, () => [204, null]],
    [/^GET \/v1\/admin\/threads$/, () => [200, { threads: some([reportedThread]), nextCursor: null }]],
    [/^GET \/v1\/admin\/payouts$/, () => [200, { payouts: some(ownerPayouts) }]],
    [/^GET \/v1\/admin\/wallet-payouts$/, () => [200, { payouts: some(walletPayouts) }]],
    [/^GET \/v1\/admin\/users$/, () => [200, { users: some(adminUsers), nextCursor: isEmpty() ? null : "next" }]],
    [/^(?:GET|PATCH) \/v1\/admin\/users\/[^/]+$/, () => [200, adminUser]],
    [/^GET \/v1\/admin\/audit$/, () => [200, { entries: some(logEntries) }]],
  ];
}
