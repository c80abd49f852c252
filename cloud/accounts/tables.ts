import type { ColumnType, Generated, JSONColumnType } from "kysely";

type Instant = ColumnType<Date, Date | string, Date | string>;
type NullableInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

/** A person beside their sign-in; without a row one has the defaults. */
export interface PersonTable {
  user_id: string;
  /** Of the platform, not of an organisation. */
  is_admin: Generated<boolean>;
  language: Generated<"en" | "de">;
  time_zone: Generated<string>;
  /** E.164. */
  phone: string | null;
  phone_verified_at: NullableInstant;
  premium_until: NullableInstant;
  /** May not sign in. */
  blocked_at: NullableInstant;
  deleted_at: NullableInstant;
}

interface PhoneCodeTable {
  user_id: string;
  phone: string;
  code_hash: string;
  tries: number;
  expires_at: Instant;
}

interface FamilyTable {
  id: string;
  payer_id: string;
  name: string;
}

/** The payer is none of them. */
interface FamilyMemberTable {
  user_id: string;
  family_id: string;
  joined_at: Instant;
}

interface InvitationTable {
  id: string;
  /** One of organisation, with the role there, and family. */
  organization_id: string | null;
  role: string | null;
  family_id: string | null;
  email: string;
  inviter_id: string;
  created_at: Instant;
  expires_at: Instant;
}

export interface VehicleTable {
  id: string;
  user_id: string;
  name: string;
  make: string;
  model: string;
  battery_wh: number | null;
  connectors: string[];
  max_ac_w: number | null;
  max_dc_w: number | null;
  created_at: Instant;
}

/** The part of better-auth's tables that our own queries touch (ADR 0004). */
interface UserTable {
  id: string;
  name: string;
  email: string;
  emailVerified: boolean;
  createdAt: Instant;
  updatedAt: Instant;
}
interface SignInTable {
  id: string;
  userId: string;
  createdAt: Instant;
  expiresAt: Instant;
  ipAddress: string | null;
  userAgent: string | null;
}
interface CredentialTable {
  id: string;
  userId: string;
  providerId: string;
  password: string | null;
}

/** Who changed what; the database refuses to change or remove a row. */
interface AuditTable {
  id: Generated<number>;
  at: Instant;
  actor_id: string | null;
  action: string;
  subject: string;
  site_id: string | null;
  data: JSONColumnType<Record<string, unknown>, string, never>;
}

export interface AccountTables {
  people: PersonTable;
  audit_log: AuditTable;
  phone_codes: PhoneCodeTable;
  families: FamilyTable;
  family_members: FamilyMemberTable;
  invitations: InvitationTable;
  vehicles: VehicleTable;
  "auth.user": UserTable;
  "auth.session": SignInTable;
  "auth.account": CredentialTable;
}
