import { connectors, ownPlace, shares } from "./owner-data";

/** What the test server answers owners. */
export const ownerAnswers: [RegExp, () => [status: number, body: unknown]][] = [
  [/^(?:GET|PUT) \/v1\/sites\/[^/]+\/place$/, () => [200, ownPlace]],
  [/^POST \/v1\/sites\/[^/]+\/place\/listing$/, () => [200, { ...ownPlace, state: "submitted", reason: null }]],
  [/^GET \/v1\/sites\/[^/]+\/connectors$/, () => [200, { connectors }]],
  [/^GET \/v1\/sites\/[^/]+\/share-links$/, () => [200, shares]],
];
