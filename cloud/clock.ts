/** The one reader of the time in the cloud: epoch ms. Everything else is handed this function, or an instant. */
export function systemClock(): number {
  return Date.now();
}
