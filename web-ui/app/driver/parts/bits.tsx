import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ConnectorType } from "../../../../shared/connector-types";
import { marks } from "../../../common/icons";
import type { Failure } from "../../api";
import type { Explain } from "../../parts/load";
import { ErrorBox } from "../../parts/load";
import type { Words } from "../../words";
import type { FoundPlace, Place, PlaceConnector, PlaceStatus, Reservation } from "../types";
import type { DriverT } from "../words";
import { driverError } from "../errors";

const plugNames: Partial<
  Record<ConnectorType, "plugType2" | "plugCcs" | "plugChademo" | "plugSchuko" | "plugType1" | "plugTesla">
> = {
  IEC_62196_T2: "plugType2",
  IEC_62196_T2_COMBO: "plugCcs",
  IEC_62196_T1: "plugType1",
  IEC_62196_T1_COMBO: "plugCcs",
  CHADEMO: "plugChademo",
  DOMESTIC_F: "plugSchuko",
  TESLA_S: "plugTesla",
};

/** What people call a plug. */
export function plugText(type: ConnectorType | null, t: DriverT): string {
  return type === null ? t("unknownPlug") : t(plugNames[type] ?? "plugOther");
}

const statuses = {
  available: ["free", "statusAvailable"],
  occupied: ["busy", "statusOccupied"],
  reserved: ["reserved", "statusReserved"],
  outOfService: ["out", "statusOut"],
} as const satisfies Record<PlaceStatus, readonly [keyof typeof marks, string]>;

/** State of a connector as sign and word. */
export function StatusMark({ status, t }: { status: PlaceStatus | null; t: DriverT }) {
  const [mark, key] = status === null ? (["offline", "statusUnknown"] as const) : statuses[status];
  return (
    <span class={`mark mark-${mark}`}>
      {marks[mark]}
      {t(key)}
    </span>
  );
}

/** What a charger is called: by its label, else by its id. */
export function nameOf({ label, cpId, connectorId }: Pick<PlaceConnector, "label" | "cpId" | "connectorId">): string {
  return label || `${cpId}/${connectorId}`;
}

/** Stars as a number, for those who see them and those who hear them. */
export function Rating({ rating, words, t }: { rating: Place["rating"]; words: Words; t: DriverT }) {
  if (rating.average === null) return <span class="sub">{t("noRating")}</span>;
  const average = words.formatIn("UTC").decimal(Math.round(rating.average * 10) / 10);
  return (
    <span class="sub">
      <span aria-hidden="true">{"\u2605 "}</span>
      {`${t("rating", { average })} \u00b7 ${t("ratings", { count: rating.count })}`}
    </span>
  );
}

const accessKeys = { members: "accessMembers", booked: "accessBooked", private: "accessPrivate" } as const;

/** Who may charge here, where that is not everybody. */
export function accessText({ access }: Pick<FoundPlace, "access">, t: DriverT): string | null {
  return access === "public" ? null : t(accessKeys[access]);
}

const bookingMarks = {
  reserved: ["reserved", "bookingReserved"],
  charging: ["busy", "bookingCharging"],
  fulfilled: ["free", "bookingFulfilled"],
  noShow: ["out", "bookingNoShow"],
  cancelled: ["out", "bookingCancelled"],
  compensated: ["out", "bookingCompensated"],
} as const satisfies Record<Reservation["status"], readonly [keyof typeof marks, string]>;

/** State of a booking as sign and word. */
export function BookingMark({ booking, t }: { booking: Pick<Reservation, "status" | "pending">; t: DriverT }) {
  const [mark, key] = bookingMarks[booking.status];
  return (
    <span class={`mark mark-${mark}`}>
      {marks[mark]}
      {t(booking.pending ? "bookingPending" : key)}
    </span>
  );
}

/** An error of a driver's page as a box. */
export function Trouble(props: { error: Failure | null; words: Words; explain?: Explain }) {
  return <ErrorBox explain={driverError} {...props} />;
}

/** A boxed message that is no error. */
export function Note({ children, warn }: { children: ComponentChildren; warn?: boolean }) {
  return <div class={warn ? "notice notice-warn" : "notice"}>{children}</div>;
}

/** What came of a button that is gone: read out, and in its place for the keyboard. */
export function Told({ children }: { children: ComponentChildren }) {
  const here = useRef<HTMLDivElement>(null);
  useEffect(() => here.current?.focus?.(), []);
  return (
    <div class="notice" role="status" tabIndex={-1} ref={here}>
      {children}
    </div>
  );
}

/** Whether a booking is to ask for a PIN at the charger. */
export function PinChoice({ pin, t, onChange }: { pin: boolean; t: DriverT; onChange: (pin: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={pin} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>
        <strong>{t("withPin")}</strong>
        <span class="sub">{t("withPinHint")}</span>
      </span>
    </label>
  );
}
