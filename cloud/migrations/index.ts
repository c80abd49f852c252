import type { Migration } from "kysely";
import * as start from "./0001-start";
import * as reservations from "./0002-reservations";
import * as hubWatch from "./0003-hub-watch";
import * as reservationFixes from "./0004-reservation-fixes";
import * as accounts from "./0005-accounts";
import * as notifications from "./0006-notifications";
import * as sites from "./0007-sites";
import * as reviewsMaintenance from "./0008-reviews-maintenance";
import * as tariffs from "./0009-tariffs";
import * as billing from "./0010-billing";
import * as payments from "./0011-payments";
import * as waitingRecurring from "./0012-waiting-recurring";
import * as reschedule from "./0013-reschedule";
import * as paymentChoices from "./0014-payment-choices";
import * as messages from "./0015-messages";
import * as upkeep from "./0015-upkeep";
import * as chargePoints from "./0017-charge-points";

/** Every migration by name, in the order of names. Imported, not looked up in a folder: the program is one bundled file. */
export const migrations: Record<string, Migration> = {
  "0001-start": start,
  "0002-reservations": reservations,
  "0003-hub-watch": hubWatch,
  "0004-reservation-fixes": reservationFixes,
  "0005-accounts": accounts,
  "0006-notifications": notifications,
  "0007-sites": sites,
  "0008-reviews-maintenance": reviewsMaintenance,
  "0009-tariffs": tariffs,
  "0010-billing": billing,
  "0011-payments": payments,
  "0012-waiting-recurring": waitingRecurring,
  "0013-reschedule": reschedule,
  "0014-payment-choices": paymentChoices,
  "0015-messages": messages,
  "0015-upkeep": upkeep,
  "0017-charge-points": chargePoints,
};
