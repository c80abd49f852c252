import type { Deps } from "../deps";
import { createRouter } from "../http/router";
import { cardRoutes } from "./card-routes";
import { choiceRoutes } from "./choice-routes";
import { driverPaymentRoutes } from "./driver-routes";
import { paymentPageRoutes } from "./page-routes";
import { payoutRoutes } from "./payout-routes";
import { walletPayoutRoutes } from "./wallet-payout-routes";
import { webhookRoutes } from "./webhook-routes";

/** How people pay and owners are paid. */
export function paymentRoutes(deps: Deps) {
  return createRouter()
    .route("/", driverPaymentRoutes(deps))
    .route("/", paymentPageRoutes(deps))
    .route("/", cardRoutes(deps))
    .route("/", choiceRoutes(deps))
    .route("/", payoutRoutes(deps))
    .route("/", walletPayoutRoutes(deps))
    .route("/", webhookRoutes(deps));
}
