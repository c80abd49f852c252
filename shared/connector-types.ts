/** What chargers and cars have, and what is around a site, in OCPI's own spelling (2.2.1, mod_locations). No zod here: pages import it. */

/** Plugs and sockets (OCPI 2.2.1 ConnectorType), as far as cars charge with them. */
export const connectorTypes = [
  "CHADEMO",
  "CHAOJI",
  "DOMESTIC_A",
  "DOMESTIC_B",
  "DOMESTIC_C",
  "DOMESTIC_D",
  "DOMESTIC_E",
  "DOMESTIC_F",
  "DOMESTIC_G",
  "DOMESTIC_H",
  "DOMESTIC_I",
  "DOMESTIC_J",
  "DOMESTIC_K",
  "DOMESTIC_L",
  "GBT_AC",
  "GBT_DC",
  "IEC_60309_2_single_16",
  "IEC_60309_2_three_16",
  "IEC_60309_2_three_32",
  "IEC_60309_2_three_64",
  "IEC_62196_T1",
  "IEC_62196_T1_COMBO",
  "IEC_62196_T2",
  "IEC_62196_T2_COMBO",
  "IEC_62196_T3A",
  "IEC_62196_T3C",
  "NEMA_5_20",
  "NEMA_6_30",
  "NEMA_6_50",
  "NEMA_10_30",
  "NEMA_10_50",
  "NEMA_14_30",
  "NEMA_14_50",
  "TESLA_R",
  "TESLA_S",
] as const;
export type ConnectorType = (typeof connectorTypes)[number];

const direct: ReadonlySet<ConnectorType> = new Set([
  "CHADEMO",
  "CHAOJI",
  "GBT_DC",
  "IEC_62196_T1_COMBO",
  "IEC_62196_T2_COMBO",
  "TESLA_R",
]);

/** What flows through it. A Tesla plug (`TESLA_S`, SAE J3400) carries both and counts as AC, as every charger of that shape can. */
export function currentOf(type: ConnectorType): "AC" | "DC" {
  return direct.has(type) ? "DC" : "AC";
}

/** What a driver finds at a site (OCPI 2.2.1 Facility). */
export const facilities = [
  "HOTEL",
  "RESTAURANT",
  "CAFE",
  "MALL",
  "SUPERMARKET",
  "SPORT",
  "RECREATION_AREA",
  "NATURE",
  "MUSEUM",
  "BIKE_SHARING",
  "BUS_STOP",
  "TAXI_STAND",
  "TRAM_STOP",
  "METRO_STATION",
  "TRAIN_STATION",
  "AIRPORT",
  "PARKING_LOT",
  "CARPOOL_PARKING",
  "FUEL_STATION",
  "WIFI",
] as const;
export type Facility = (typeof facilities)[number];
