import { bill, connectors, finance, organization, ownPlace, payouts, shares } from "./owner-data";

/** What the test server answers owners. */
export const ownerAnswers: [RegExp, () => [status: number, body: unknown]][] = [
  [/^(?:GET|PUT) \/v1\/sites\/[^/]+\/place$/, () => [200, ownPlace]],
  [/^POST \/v1\/sites\/[^/]+\/place\/listing$/, () => [200, { ...ownPlace, state: "submitted", reason: null }]],
  [/^GET \/v1\/sites\/[^/]+\/connectors$/, () => [200, { connectors }]],
  [/^GET \/v1\/sites\/[^/]+\/share-links$/, () => [200, shares]],
  [/^GET \/v1\/organizations\/[^/]+$/, () => [200, organization]],
  [/^GET \/v1\/organizations\/[^/]+\/finance$/, () => [200, finance]],
  [/^GET \/v1\/organizations\/[^/]+\/invoices$/, () => [200, { bills: [bill], nextCursor: null }]],
  [/^GET \/v1\/organizations\/[^/]+\/payouts$/, () => [200, payouts]],
];
