import type { Answer, Call } from "../api";
import type { Pattern, Reschedule, Series, Wait } from "./ahead-types";
import type { Reservation } from "./types";

const id = encodeURIComponent;

/** The part of the cloud's API for waiting lists, weekly bookings, and bookings that have to move. */
export function aheadApi(call: Call) {
  const line = (siteId: string) => `/sites/${id(siteId)}/waiting-list`;
  const series = (siteId: string) => `/sites/${id(siteId)}/reservation-series`;
  return {
    waits: (): Promise<Answer<{ waits: Wait[] }>> => call("GET", "/waiting-list"),
    wait: (siteId: string, wish: { class: string; start: string; end: string }): Promise<Answer<Wait>> =>
      call("POST", line(siteId), wish),
    accept: ({ siteId, waitId }: Wait, pin: boolean): Promise<Answer<Reservation>> =>
      call("POST", `${line(siteId)}/${id(waitId)}/accept`, { pin }),
    leave: ({ siteId, waitId }: Wait): Promise<Answer<null>> => call("DELETE", `${line(siteId)}/${id(waitId)}`),
    reschedules: (): Promise<Answer<{ reschedules: Reschedule[] }>> => call("GET", "/me/reschedules"),
    /** `offerId` accepts what was seen; null declines. Gives where the driver goes. */
    answer: (
      { siteId, booking }: Reschedule,
      offerId: string | null,
    ): Promise<Answer<{ moved: { siteId: string; booking: string } | null }>> =>
      call(
        "POST",
        `/sites/${id(siteId)}/reservations/${id(booking)}/reschedule`,
        offerId === null ? { accept: false } : { accept: true, offerId },
      ),
    series: (): Promise<Answer<{ series: Series[] }>> => call("GET", "/reservation-series"),
    begin: (siteId: string, pattern: Pattern): Promise<Answer<Series>> => call("POST", series(siteId), pattern),
    end: ({ siteId, seriesId }: Series): Promise<Answer<Series>> =>
      call("POST", `${series(siteId)}/${id(seriesId)}/cancel`, {}),
  };
}
export type AheadApi = ReturnType<typeof aheadApi>;
