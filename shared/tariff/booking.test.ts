import { expect, it } from "vitest";
import { defaultBookingSettings } from "../booking-settings";
import { priceOfBooking } from "./booking";
import type { TariffRestrictions } from "./schema";
import { berlin, element, tariff } from "./testing/examples";

const time = { start: "2026-06-01T07:30:00Z", seconds: 2700 };
const settings = { ...defaultBookingSettings, pricePerHour: 150 };
const of = (reservation: TariffRestrictions["reservation"]) => ({ reservation });

it("is the owner's price an hour where the tariff says nothing of reservations", () => {
  const { terms } = settings;
  const price = { amount: 113, currency: "EUR" };
  expect(priceOfBooking(tariff([element("ENERGY", 0.4, 19)]), settings, time, berlin)).toEqual({ price, terms });
});

it("is what the tariff says of reservations, VAT included, with the fee for not coming where it says one", () => {
  const reserved = element("TIME", 4, 20, 600, of("RESERVATION"));
  const price = { amount: 400, currency: "EUR" };
  expect(priceOfBooking(tariff([reserved]), settings, time, berlin)).toEqual({ price, terms: settings.terms });
  const expires = element("TIME", 2, 20, 600, of("RESERVATION_EXPIRES"));
  const terms = { ...settings.terms, noShowFee: 200 };
  expect(priceOfBooking(tariff([expires, reserved]), settings, time, berlin)).toEqual({ price, terms });
});
