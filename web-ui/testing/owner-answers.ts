import { bill, finance, organization, payouts, plans, promotions } from "./business-data";
import {
  bookingRules,
  calendar,
  chargePoint,
  connectors,
  faults,
  ownPlace,
  paymentRules,
  reviews,
  shares,
  ticket,
} from "./owner-data";
import { simpleTariff } from "./app-data";

const version = { createdAt: "2026-10-01T08:00:00.000Z", tariff: simpleTariff };

/** What the test server answers owners. */
export const ownerAnswers: [RegExp, () => [status: number, body: unknown]][] = [
  [/^(?:GET|PUT) \/v1\/sites\/[^/]+\/place$/, () => [200, ownPlace]],
  [/^POST \/v1\/sites\/[^/]+\/place\/listing$/, () => [200, { ...ownPlace, state: "submitted", reason: null }]],
  [/^GET \/v1\/sites\/[^/]+\/connectors$/, () => [200, { connectors }]],
  [/^GET \/v1\/sites\/[^/]+\/charge-points\/[^/]+$/, () => [200, chargePoint]],
  [/^GET \/v1\/sites\/[^/]+\/payment-rules$/, () => [200, paymentRules]],
  [/^GET \/v1\/sites\/[^/]+\/share-links$/, () => [200, shares]],
  [/^GET \/v1\/organizations\/[^/]+$/, () => [200, organization]],
  [/^GET \/v1\/organizations\/[^/]+\/finance$/, () => [200, finance]],
  [/^GET \/v1\/organizations\/[^/]+\/invoices$/, () => [200, { bills: [bill], nextCursor: null }]],
  [/^GET \/v1\/organizations\/[^/]+\/payouts$/, () => [200, payouts]],
  [/^GET \/v1\/organizations\/[^/]+\/promotions$/, () => [200, { promotions }]],
  [/^GET \/v1\/organizations\/[^/]+\/plans$/, () => [200, { plans }]],
  [/^GET \/v1\/sites\/[^/]+\/calendar$/, () => [200, calendar]],
  [/^GET \/v1\/sites\/[^/]+\/booking-settings$/, () => [200, bookingRules]],
  [/^GET \/v1\/sites\/[^/]+\/faults$/, () => [200, { faults, nextCursor: null }]],
  [/^GET \/v1\/sites\/[^/]+\/tickets$/, () => [200, { tickets: [ticket], nextCursor: null }]],
  [/^GET \/v1\/places\/[^/]+\/reviews$/, () => [200, { reviews, nextCursor: null }]],
  [/^POST \/v1\/sites\/[^/]+\/booking-changes\/preview$/, () => [200, { shown: "none", count: 0, affected: [] }]],
  [
    /^GET \/v1\/sites\/[^/]+\/tariffs\/[^/]+\/versions$/,
    () => [
      200,
      {
        versions: [
          { ...version, version: 1, state: "current", effectiveFrom: version.createdAt },
          { ...version, version: 2, state: "coming", effectiveFrom: "2026-12-31T23:00:00.000Z" },
        ],
      },
    ],
  ],
];
