/** Who may come through a door. */
export type Who =
  "anyone" | "signIn" | "signedIn" | "place" | "guest" | "look" | "install" | "change" | "admin" | "hub";

/** Every route of the cloud (as in its OpenAPI document) and who may use it. A route without a row here fails the test of the doors. */
const doors: Record<Who, string> = {
  /** Open to everybody; what they do is told by a token, a code or a signature in them. */
  anyone: `
    POST /v1/auth/sign-up/email
    POST /v1/auth/sign-in/email
    POST /v1/auth/sign-out
    GET /v1/auth/get-session
    POST /v1/auth/send-verification-email
    GET /v1/auth/verify-email
    POST /v1/auth/request-password-reset
    POST /v1/auth/reset-password
    GET /v1/auth/jwks
    GET /v1/search
    POST /v1/payments/stripe/events
    POST /v1/hubs/pair
    GET /v1/hubs/jwks
  `,
  /** better-auth's own routes of whoever is signed in. */
  signIn: `
    GET /v1/auth/list-sessions
    POST /v1/auth/revoke-session
    POST /v1/auth/revoke-sessions
    POST /v1/auth/revoke-other-sessions
    POST /v1/auth/change-password
    POST /v1/auth/change-email
    GET /v1/auth/token
  `,
  /** Of the signed-in person: another's things are answered as if they were not there. */
  signedIn: `
    GET /v1/me
    PATCH /v1/me
    POST /v1/me/phone
    DELETE /v1/me/phone
    POST /v1/me/phone/verify
    GET /v1/me/export
    POST /v1/me/delete
    GET /v1/me/invitations
    POST /v1/me/invitations/{id}
    GET /v1/family
    POST /v1/family
    DELETE /v1/family
    POST /v1/family/invitations
    DELETE /v1/family/invitations/{id}
    DELETE /v1/family/drivers/{userId}
    GET /v1/vehicles
    POST /v1/vehicles
    PUT /v1/vehicles/{id}
    DELETE /v1/vehicles/{id}
    GET /v1/notifications
    GET /v1/notifications/live
    POST /v1/notifications/read
    GET /v1/notifications/settings
    PATCH /v1/notifications/settings
    GET /v1/notifications/push-key
    POST /v1/notifications/push-subscriptions
    DELETE /v1/notifications/push-subscriptions/{id}
    POST /v1/sites
    GET /v1/sites
    POST /v1/tariffs/preview
    POST /v1/me/memberships
    GET /v1/me/memberships
    DELETE /v1/me/memberships/{membershipId}
    POST /v1/me/coupons
    GET /v1/me/coupons
    DELETE /v1/me/coupons/{couponId}
    GET /v1/me/sessions
    POST /v1/me/id-tags
    GET /v1/me/id-tags
    GET /v1/reservations
    GET /v1/waiting-list
    GET /v1/reservation-series
    GET /v1/me/reschedules
    GET /v1/me/bills
    GET /v1/me/bills/{chargeId}
    GET /v1/me/bills/{chargeId}/pdf
    GET /v1/me/balance
    GET /v1/me/payment-method
    PUT /v1/me/payment-method
    GET /v1/me/cards
    POST /v1/me/cards
    POST /v1/me/cards/saved
    DELETE /v1/me/cards/{paymentMethodId}
    POST /v1/me/wallet/top-ups
    POST /v1/me/wallet/refunds
    POST /v1/me/bills/{chargeId}/pay
    POST /v1/me/bills/{chargeId}/pages
    GET /v1/me/payments
    GET /v1/me/payments/{paymentId}
    DELETE /v1/me/payments/{paymentId}
    GET /v1/me/threads
    GET /v1/me/places
  `,
  /** What the public sees of a site, and nothing of one that is not listed. */
  place: `
    GET /v1/places/{siteId}/photos/{photoId}
    GET /v1/places/{siteId}
    GET /v1/places/{siteId}/live
    GET /v1/places/{siteId}/reviews
  `,
  /** Of a driver at somebody's site. */
  guest: `
    GET /v1/sites/{siteId}/plans
    GET /v1/sites/{siteId}/promotions
    POST /v1/sites/{siteId}/sessions/{sessionId}/review
    POST /v1/sites/{siteId}/starts
    GET /v1/sites/{siteId}/starts/{commandId}
    DELETE /v1/sites/{siteId}/holds/{holdId}
    POST /v1/sites/{siteId}/reservations
    GET /v1/sites/{siteId}/reservations/{booking}
    POST /v1/sites/{siteId}/reservations/{booking}/cancel
    GET /v1/sites/{siteId}/reservations/{booking}/pass
    GET /v1/sites/{siteId}/availability
    POST /v1/sites/{siteId}/holds
    POST /v1/sites/{siteId}/waiting-list
    POST /v1/sites/{siteId}/waiting-list/{waitId}/accept
    DELETE /v1/sites/{siteId}/waiting-list/{waitId}
    POST /v1/sites/{siteId}/reservation-series
    POST /v1/sites/{siteId}/reservation-series/{seriesId}/cancel
    POST /v1/sites/{siteId}/reservations/{booking}/modify
    POST /v1/sites/{siteId}/reservations/{booking}/reschedule
    POST /v1/places/{siteId}/join
    POST /v1/places/{siteId}/reviews/{reviewId}/reports
    GET /v1/me/sessions/{siteId}/{sessionId}
    GET /v1/me/sessions/{siteId}/{sessionId}/live
    POST /v1/me/sessions/{siteId}/{sessionId}/stop
    PUT /v1/me/sessions/{siteId}/{sessionId}/payment-method
    DELETE /v1/me/id-tags/{siteId}/{idTag}
    POST /v1/sites/{siteId}/threads
    GET /v1/sites/{siteId}/threads/{threadId}
    POST /v1/sites/{siteId}/threads/{threadId}/messages
    POST /v1/sites/{siteId}/threads/{threadId}/read
    POST /v1/sites/{siteId}/threads/{threadId}/report
  `,
  /** Of everybody in the organisation. */
  look: `
    GET /v1/organizations/{organizationId}
    GET /v1/sites/{siteId}
    GET /v1/sites/{siteId}/tariffs
    GET /v1/organizations/{organizationId}/plans
    GET /v1/organizations/{organizationId}/promotions
    GET /v1/sites/{siteId}/connectors
    GET /v1/sites/{siteId}/faults
    GET /v1/sites/{siteId}/tickets
    GET /v1/sites/{siteId}/charge-points
    GET /v1/sites/{siteId}/charge-points/{cpId}
    GET /v1/sites/{siteId}/hubs
    GET /v1/sites/{siteId}/live
    GET /v1/sites/{siteId}/connectors/{cpId}/{connectorId}/statuses
    GET /v1/sites/{siteId}/sessions
    GET /v1/sites/{siteId}/sessions.csv
    GET /v1/sites/{siteId}/id-tags
    GET /v1/sites/{siteId}/reservations
    GET /v1/sites/{siteId}/booking-settings
    GET /v1/sites/{siteId}/blocks
    GET /v1/sites/{siteId}/calendar
    POST /v1/sites/{siteId}/booking-changes/preview
    GET /v1/sites/{siteId}/payment-rules
    GET /v1/sites/{siteId}/waiting-list
    GET /v1/sites/{siteId}/tariffs/{tariffId}/versions
    GET /v1/sites/{siteId}/place
    GET /v1/sites/{siteId}/sessions/{sessionId}
    GET /v1/sites/{siteId}/commands/{commandId}
  `,
  /** Of owners and installers. */
  install: `
    POST /v1/sites/{siteId}/pairing-codes
    POST /v1/sites/{siteId}/commands
  `,
  /** Of owners. */
  change: `
    PATCH /v1/organizations/{organizationId}
    POST /v1/organizations/{organizationId}/invitations
    DELETE /v1/organizations/{organizationId}/invitations/{id}
    PATCH /v1/organizations/{organizationId}/members/{userId}
    DELETE /v1/organizations/{organizationId}/members/{userId}
    PATCH /v1/sites/{siteId}
    PUT /v1/sites/{siteId}/waiting-list/settings
    PUT /v1/sites/{siteId}/tariffs/{tariffId}
    DELETE /v1/sites/{siteId}/tariffs/{tariffId}
    DELETE /v1/sites/{siteId}/tariffs/{tariffId}/versions/{version}
    DELETE /v1/organizations/{organizationId}/plans/{planId}
    DELETE /v1/organizations/{organizationId}/promotions/{promotionId}
    POST /v1/sites/{siteId}/place/listing
    PUT /v1/sites/{siteId}/connectors/{cpId}/{connectorId}
    DELETE /v1/sites/{siteId}/connectors/{cpId}/{connectorId}
    POST /v1/sites/{siteId}/photos
    DELETE /v1/sites/{siteId}/hubs/{hubId}
    DELETE /v1/sites/{siteId}/photos/{photoId}
    GET /v1/sites/{siteId}/share-links
    GET /v1/sites/{siteId}/threads
    POST /v1/sites/{siteId}/share-links
    DELETE /v1/sites/{siteId}/share-links/{linkId}
    DELETE /v1/sites/{siteId}/guests/{userId}
    PUT /v1/sites/{siteId}/reviews/{reviewId}/answer
    POST /v1/sites/{siteId}/tickets
    POST /v1/sites/{siteId}/tickets/{ticketId}/notes
    POST /v1/sites/{siteId}/tickets/{ticketId}/fix
    POST /v1/sites/{siteId}/blocks
    DELETE /v1/sites/{siteId}/blocks/{blockId}
    GET /v1/organizations/{organizationId}/invoices
    GET /v1/organizations/{organizationId}/finance
    GET /v1/organizations/{organizationId}/finance.csv
    GET /v1/organizations/{organizationId}/payouts
    GET /v1/organizations/{organizationId}/invoices/{chargeId}
    GET /v1/organizations/{organizationId}/invoices/{chargeId}/pdf
    GET /v1/organizations/{organizationId}/payouts/{payoutId}/pdf
    POST /v1/organizations/{organizationId}/invoices/{chargeId}/refunds
    POST /v1/organizations/{organizationId}/invoices/{chargeId}/payments
    POST /v1/organizations/{organizationId}/payout-account
    POST /v1/sites/{siteId}/tariffs/suggestion
    POST /v1/organizations/{organizationId}/plans
    POST /v1/organizations/{organizationId}/promotions
    PUT /v1/sites/{siteId}/place
    POST /v1/sites/{siteId}/id-tags/{idTag}/decision
    PUT /v1/sites/{siteId}/booking-settings
    PUT /v1/sites/{siteId}/payment-rules
    PATCH /v1/sites/{siteId}/charge-points/{cpId}
    POST /v1/sites/{siteId}/charge-points/{cpId}/retire
    POST /v1/sites/{siteId}/charge-points/{cpId}/restore
  `,
  /** Of the platform's admins. */
  admin: `
    GET /v1/admin/users
    GET /v1/admin/users/{userId}
    PATCH /v1/admin/users/{userId}
    GET /v1/admin/audit
    GET /v1/admin/premium
    PUT /v1/admin/premium
    GET /v1/admin/listings
    POST /v1/admin/listings/{siteId}/decision
    GET /v1/admin/reviews
    POST /v1/admin/sites/{siteId}/reviews/{reviewId}/moderation
    GET /v1/admin/threads
    POST /v1/admin/sites/{siteId}/threads/{threadId}/decision
    GET /v1/admin/payouts
    POST /v1/admin/payouts/{payoutId}/paid
    GET /v1/admin/wallet-payouts
    POST /v1/admin/wallet-payouts/{paymentId}/paid
    POST /v1/admin/wallet-payouts/{paymentId}/refuse
  `,
  /** Of one hub, by its own token. */
  hub: `
    POST /v1/hubs/{hubId}/events
    POST /v1/hubs/{hubId}/epochs
    POST /v1/hubs/{hubId}/key
    POST /v1/hubs/{hubId}/key/confirm
    GET /v1/hubs/{hubId}/pass-secrets
    GET /v1/hubs/{hubId}/feed
  `,
};

/** The routes of the table, with who may use each. */
export const doorRows = Object.entries(doors).flatMap(([who, text]) =>
  text
    .split("\n")
    .map((line) => ({ who: who as Who, route: line.trim() }))
    .filter(({ route }) => route !== ""),
);
