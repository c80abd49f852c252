import type { Deps } from "../deps";
import { createRouter } from "../http/router";
import { adminBillRoutes } from "./admin-routes";
import { driverBillRoutes } from "./driver-routes";
import { ownerBillRoutes } from "./owner-routes";

/** Bills for drivers, owners and admins. */
export function billingRoutes(deps: Deps) {
  return createRouter()
    .route("/", driverBillRoutes(deps))
    .route("/", ownerBillRoutes(deps))
    .route("/", adminBillRoutes(deps));
}
