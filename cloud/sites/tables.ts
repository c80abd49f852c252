import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from "kysely";
import type { ConnectorType, Facility } from "../../shared/connector-types";
import type { OpeningHours } from "../../shared/opening-hours";

/** The tables of what drivers see of a site, as kysely sees them; `cloud/migrations/0007-sites.ts` makes them. */

type Instant = ColumnType<Date, Date | string, Date | string>;
type NullableInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

/** Who may use a site: everyone; those who have been let in; only who has booked; nobody but who has its share link. */
export const accesses = ["public", "members", "booked", "private"] as const;
export type Access = (typeof accesses)[number];

/** A business's site, or a private charger that somebody lends. */
export const hosts = ["business", "private"] as const;
export type Host = (typeof hosts)[number];

/** Of a site's listing. Only an approved one is found by strangers. */
export const listingStates = ["draft", "submitted", "approved", "refused", "retired"] as const;
export type ListingState = (typeof listingStates)[number];

/** What drivers are told of a connector; null: its charger has said nothing yet. */
export const placeStatuses = ["available", "occupied", "reserved", "outOfService"] as const;
export type PlaceStatus = (typeof placeStatuses)[number];

export interface PlaceTable {
  site_id: string;
  host: Host;
  street: string;
  postal_code: string;
  city: string;
  country: string;
  lat: number;
  lng: number;
  description: string;
  facilities: Facility[];
  hours: JSONColumnType<OpeningHours, string, string>;
  access: Access;
  state: ListingState;
  /** Why it was refused, or taken off the list by an admin. */
  reason: string | null;
  submitted_at: NullableInstant;
  decided_at: NullableInstant;
  decided_by: string | null;
  rating_sum: Generated<number>;
  rating_count: Generated<number>;
  updated_at: Instant;
}

export interface PlacePhotoTable {
  site_id: string;
  photo_id: string;
  content_type: "image/jpeg" | "image/png" | "image/webp";
  content: Buffer;
  width: number;
  height: number;
  caption: string;
  created_at: Instant;
}

/** A link that lets its holder in; the token itself is kept nowhere. */
interface PlaceLinkTable {
  site_id: string;
  link_id: string;
  token_hash: string;
  name: string;
  created_by: string;
  created_at: Instant;
  expires_at: NullableInstant;
  revoked_at: NullableInstant;
}

/** Who has been let in by a link; taken back with it. */
interface PlaceGuestTable {
  site_id: string;
  user_id: string;
  link_id: string;
  created_at: Instant;
}

/** The table that search reads. */
export interface PlaceConnectorTable {
  site_id: string;
  cp_id: string;
  connector_id: number;
  type: ConnectorType | null;
  own_power_w: number | null;
  told_power_w: number | null;
  power_w: GeneratedAlways<number | null>;
  label: Generated<string>;
  tariff_id: string | null;
  told: Generated<boolean>;
  status: PlaceStatus | null;
  since: NullableInstant;
  seat: GeneratedAlways<string>;
  /** Its charge point is. */
  retired: Generated<boolean>;
  listed: Generated<boolean>;
  lat: number | null;
  lng: number | null;
  band: GeneratedAlways<number | null>;
}

/** What an owner says of a charge point; what its hub says is in `charge_points`. */
export interface OwnChargePointTable {
  site_id: string;
  cp_id: string;
  /** null: as the hub calls it. */
  name: string | null;
  retired_at: NullableInstant;
  /** Blocks that keep a retired one from being booked. */
  block_ids: Generated<string[]>;
}

export interface SiteTables {
  own_charge_points: OwnChargePointTable;
  places: PlaceTable;
  place_photos: PlacePhotoTable;
  place_links: PlaceLinkTable;
  place_guests: PlaceGuestTable;
  place_connectors: PlaceConnectorTable;
}
