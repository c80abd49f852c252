import { alwaysOpen } from "../../../shared/opening-hours";
import type { PairedSite, TestCloud } from "../../testing/cloud";
import type { Person } from "../../testing/person";
import { registration } from "../../testing/registration";

/** A place that is complete. */
export const place = {
  host: "business" as const,
  street: "Way 1",
  postalCode: "80331",
  city: "Munich",
  country: "DE",
  lat: 48.137,
  lng: 11.575,
  description: "Ring the bell",
  facilities: ["CAFE" as const],
  hours: alwaysOpen,
  access: "public" as "public" | "members" | "booked" | "private",
};

/** A site on the list with a hub and one charger of two connectors. */
export async function listed(
  cloud: TestCloud,
  admin: Person,
  changes: Partial<typeof place> = {},
): Promise<PairedSite> {
  const paired = await cloud.paired();
  const { owner, siteId, hub } = paired;
  hub.add("chargePoint.registered", registration("CP1", 16, 2));
  hub.add("chargePoint.online", { cpId: "CP1", transport: "mqtt" });
  await hub.send();
  await owner.ok("PUT", `/v1/sites/${siteId}/place`, { ...place, ...changes });
  for (const connectorId of [1, 2]) {
    await owner.ok("PUT", `/v1/sites/${siteId}/connectors/CP1/${connectorId}`, { type: "IEC_62196_T2" });
  }
  await owner.ok("POST", `/v1/sites/${siteId}/place/listing`, { action: "submit" });
  await admin.ok("POST", `/v1/admin/listings/${siteId}/decision`, { decision: "approve" });
  return paired;
}
