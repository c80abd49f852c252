import type { ExtractSchema } from "hono/types";
import type { AppType } from "../../../cloud/app";

/** What the cloud's API takes and gives owners, read off the API itself. Money in minor units, energy Wh, power W, instants ISO 8601 UTC. */

export type Routes = ExtractSchema<AppType>;
export type Path = keyof Routes & `/v1/${string}`;
export type Method = "get" | "put" | "post" | "patch" | "delete";
interface Way {
  input: unknown;
  output: unknown;
  status: number;
}
type At<P extends Path, M extends Method> = `$${M}` extends keyof Routes[P] ? Extract<Routes[P][`$${M}`], Way> : never;
/** The body of a good answer. */
export type Given<P extends Path, M extends Method> = Extract<At<P, M>, { status: 200 | 201 }>["output"];
/** The body of a request. */
export type Taken<P extends Path, M extends Method> = Extract<At<P, M>["input"], { json: unknown }>["json"];
/** Names of the parts of a path that are filled in. */
export type Param<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Param<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;

export type OwnPlace = Given<"/v1/sites/:siteId/place", "get">;
export type PlaceInput = Taken<"/v1/sites/:siteId/place", "put">;
export type Photo = OwnPlace["photos"][number];
export type Connector = Given<"/v1/sites/:siteId/connectors", "get">["connectors"][number];
export type ChargePoint = Given<"/v1/sites/:siteId/charge-points/:cpId", "get">;
export type PaymentRules = Given<"/v1/sites/:siteId/payment-rules", "get">;
export type Organization = Given<"/v1/organizations/:organizationId", "get">;
export type Finance = Given<"/v1/organizations/:organizationId/finance", "get">;
export type OwnedBill = Given<"/v1/organizations/:organizationId/invoices/:chargeId", "get">;
export type Payouts = Given<"/v1/organizations/:organizationId/payouts", "get">;
export type Calendar = Given<"/v1/sites/:siteId/calendar", "get">;
export type CalendarDay = Calendar["days"][number];
export type CalendarEntry = CalendarDay["connectors"][number]["entries"][number];
export type BookingChange = Taken<"/v1/sites/:siteId/booking-changes/preview", "post">;
export type Met = Given<"/v1/sites/:siteId/booking-changes/preview", "post">;
export type Fault = Given<"/v1/sites/:siteId/faults", "get">["faults"][number];
export type Ticket = Given<"/v1/sites/:siteId/tickets", "get">["tickets"][number];
export type Review = Given<"/v1/places/:siteId/reviews", "get">["reviews"][number];
export type Role = Taken<"/v1/organizations/:organizationId/members/:userId", "patch">["role"];
export type Promotion = Given<"/v1/organizations/:organizationId/promotions", "get">["promotions"][number];
export type NewPromotion = Taken<"/v1/organizations/:organizationId/promotions", "post">;
export type Plan = Given<"/v1/organizations/:organizationId/plans", "get">["plans"][number];
export type NewPlan = Taken<"/v1/organizations/:organizationId/plans", "post">;
export type Suggestion = Given<"/v1/sites/:siteId/tariffs/suggestion", "post">;
export type Shares = Given<"/v1/sites/:siteId/share-links", "get">;
