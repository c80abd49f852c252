import type { Deps } from "../deps";
import { createRouter } from "../http/router";
import { listingAdminRoutes } from "./admin-routes";
import { chargePointRoutes } from "./charge-point-routes";
import { photoRoutes } from "./photos/routes";
import { joinedPlaceRoutes } from "./joined-routes";
import { placeRoutes } from "./place-routes";
import { publicPlaceRoutes } from "./public-routes";
import { shareRoutes } from "./share-routes";

/** Everything about places: what drivers are told of sites. */
export function allPlaceRoutes(deps: Deps) {
  return createRouter()
    .route("/", placeRoutes(deps))
    .route("/", chargePointRoutes(deps))
    .route("/", photoRoutes(deps))
    .route("/", shareRoutes(deps))
    .route("/", joinedPlaceRoutes(deps))
    .route("/", publicPlaceRoutes(deps))
    .route("/", listingAdminRoutes(deps));
}
