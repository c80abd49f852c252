import { family, invitations, me, settings, signIns } from "./account-data";

/** What the server of the built app answers about an account. */
export const accountAnswers: [RegExp, () => [status: number, body: unknown]][] = [
  [/^(?:GET|PATCH) \/v1\/me$/, () => [200, me]],
  [/^GET \/v1\/me\/invitations$/, () => [200, { invitations }]],
  [/^GET \/v1\/auth\/list-sessions$/, () => [200, signIns]],
  [/^(?:GET|PATCH) \/v1\/notifications\/settings$/, () => [200, { channels: settings }]],
  [/^GET \/v1\/family$/, () => [200, { family }]],
];
