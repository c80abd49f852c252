import type { Deps } from "../deps";
import { createRouter } from "../http/router";
import { familyRoutes } from "./family-routes";
import { invitationRoutes } from "./invitation-routes";
import { meRoutes } from "./me-routes";
import { organizationRoutes } from "./organization-routes";
import { authRoutes } from "./routes";
import { vehicleRoutes } from "./vehicle-routes";

/** People: sign-in, their account, family, vehicles and organisations. */
export function accountRoutes(deps: Deps) {
  return createRouter()
    .route("/", authRoutes(deps))
    .route("/", meRoutes(deps))
    .route("/", invitationRoutes(deps))
    .route("/", familyRoutes(deps))
    .route("/", vehicleRoutes(deps))
    .route("/", organizationRoutes(deps));
}
