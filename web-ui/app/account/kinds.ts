/** Notifications by whom they are for; what the cloud tells of beside these is shown as one line. */
export const kindGroups = {
  driver: [
    "bookingConfirmed",
    "bookingStartsSoon",
    "holdEnding",
    "waitingOffer",
    "waitingMissed",
    "seriesMissed",
    "bookingAtRisk",
    "bookingStands",
    "bookingMoved",
    "bookingReleased",
    "chargingStarted",
    "chargingFinished",
    "paymentFailed",
    "paymentDue",
    "cardDecided",
    "reviewAnswered",
    "message",
  ],
  owner: [
    "chargerFault",
    "hubCloned",
    "hubReplaced",
    "maintenance",
    "cardRequested",
    "reviewed",
    "payout",
    "siteApproved",
    "siteRefused",
  ],
} as const;

export type KnownKind = (typeof kindGroups)["driver" | "owner"][number];
export const knownKinds: readonly string[] = [...kindGroups.driver, ...kindGroups.owner];
