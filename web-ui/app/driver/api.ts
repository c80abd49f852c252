import type { Answer, Call } from "../api";
import type {
  Availability,
  Bill,
  Hold,
  JoinedPlace,
  PassAnswer,
  Place,
  Reservation,
  SearchPage,
  Vehicle,
  VehicleInput,
} from "./types";
import { withShare } from "./share";

/** The part of the cloud's API that drivers use. */
export interface DriverApi {
  search(query: URLSearchParams): Promise<Answer<SearchPage>>;
  /** Also one that only a share link shows, where this tab has one. */
  place(siteId: string): Promise<Answer<Place>>;
  /** Comes in by the token of a share link: from now on the place is seen and booked without it. */
  joinPlace(siteId: string, share: string): Promise<Answer<null>>;
  myPlaces(): Promise<Answer<{ places: JoinedPlace[] }>>;
  /** `moving`: a booking whose own time counts as free. */
  availability(siteId: string, start: string, end: string, moving?: string): Promise<Answer<Availability>>;
  /** `key` names the call: a hold whose answer was lost is the same one when it is asked for again. */
  hold(siteId: string, wish: { class: string; start: string; end: string }, key: string): Promise<Answer<Hold>>;
  letGo(siteId: string, holdId: string): Promise<Answer<unknown>>;
  /** `holdId` names the call as well: a confirmation whose answer was lost may be sent again. */
  confirm(siteId: string, holdId: string, pin: boolean): Promise<Answer<Reservation>>;
  reservations(): Promise<Answer<{ reservations: Reservation[] }>>;
  reservation(siteId: string, booking: string): Promise<Answer<Reservation>>;
  cancel(siteId: string, booking: string): Promise<Answer<Reservation>>;
  modify(siteId: string, booking: string, times: { start: string; end: string }): Promise<Answer<Reservation>>;
  pass(siteId: string, booking: string): Promise<Answer<PassAnswer>>;
  vehicles(): Promise<Answer<{ vehicles: Vehicle[] }>>;
  addVehicle(vehicle: VehicleInput): Promise<Answer<Vehicle>>;
  removeVehicle(id: string): Promise<Answer<unknown>>;
  bills(cursor: string | null): Promise<Answer<{ bills: Bill[]; nextCursor: string | null }>>;
}

/** The drivers' API over the app's own caller. */
export function driverApi(call: Call): DriverApi {
  const booking = (siteId: string, id: string) => `${site(siteId)}/reservations/${encodeURIComponent(id)}`;
  return {
    search: (query) => call("GET", `/search?${query}`),
    place: (siteId) => call("GET", withShare(siteId, `/places/${encodeURIComponent(siteId)}`)),
    joinPlace: (siteId, share) => call("POST", `/places/${encodeURIComponent(siteId)}/join`, { share }),
    myPlaces: () => call("GET", "/me/places"),
    availability: (siteId, start, end, moving) => {
      const query = new URLSearchParams({ start, end, ...(moving === undefined ? {} : { moving }) });
      return call("GET", `${site(siteId)}/availability?${query}`);
    },
    hold: (siteId, wish, key) => call("POST", `${site(siteId)}/holds`, wish, key),
    letGo: (siteId, holdId) => call("DELETE", `${site(siteId)}/holds/${encodeURIComponent(holdId)}`),
    confirm: (siteId, holdId, pin) => call("POST", `${site(siteId)}/reservations`, { holdId, pin }, holdId),
    reservations: () => call("GET", "/reservations"),
    reservation: (siteId, id) => call("GET", booking(siteId, id)),
    cancel: (siteId, id) => call("POST", `${booking(siteId, id)}/cancel`),
    modify: (siteId, id, times) => call("POST", `${booking(siteId, id)}/modify`, times),
    pass: (siteId, id) => call("GET", `${booking(siteId, id)}/pass`),
    vehicles: () => call("GET", "/vehicles"),
    addVehicle: (vehicle) => call("POST", "/vehicles", vehicle),
    removeVehicle: (id) => call("DELETE", `/vehicles/${encodeURIComponent(id)}`),
    bills: (cursor) =>
      call("GET", `/me/bills?limit=25${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`),
  };
}

function site(siteId: string): string {
  return `/sites/${encodeURIComponent(siteId)}`;
}
