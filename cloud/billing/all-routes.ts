import type { Deps } from "../deps";
import { createRouter } from "../http/router";
import { driverBillRoutes } from "./driver-routes";
import { ownerBillRoutes } from "./owner-routes";

/** Bills for drivers and owners. */
export function billingRoutes(deps: Deps) {
  return createRouter().route("/", driverBillRoutes(deps)).route("/", ownerBillRoutes(deps));
}
