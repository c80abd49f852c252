import { periodsOf, advanceMetering, beginMetering } from "../../shared/tariff/periods";
import type { ChargingPeriod, PriceComponent, Tariff, TariffElement } from "../../shared/tariff/schema";
import { elementsOf, windowErrors, windowsOf } from "./tariff-windows";
import type { TimeWindow, WindowErrors } from "./tariff-windows";

/** What the simple form holds, as typed by people. Prices in units of the currency, VAT included. */
export interface TariffForm {
  id: string;
  energy: string;
  session: string;
  minute: string;
  freeMinutes: string;
  vat: string;
  /** Other prices of energy by the time of day. */
  windows: TimeWindow[];
}
/** What is typed into one field. */
export type TextField = Exclude<keyof TariffForm, "windows">;

export const emptyForm: TariffForm = {
  ...{ id: "", energy: "0.45", session: "", minute: "", freeMinutes: "", vat: "19" },
  windows: [],
};

/** Fields that cannot be read, with the key of what to say. */
export type FormErrors = Partial<Record<TextField, "numberError" | "nameError" | "required">> & {
  /** By window. */
  windows?: WindowErrors[];
};

/** A number as people type it, with comma or dot; null where it is none or negative. Empty is 0. */
export function readNumber(text: string): number | null {
  const plain = text.trim().replace(",", ".");
  if (plain === "") return 0;
  return /^\d{1,6}(\.\d{1,4})?$/.test(plain) ? Number(plain) : null;
}

/** The tariff that a form means, or what is wrong with it. */
export function tariffOf(form: TariffForm, currency: string): { tariff: Tariff } | { errors: FormErrors } {
  const errors: FormErrors = {};
  if (form.id === "") errors.id = "required";
  else if (!/^[A-Za-z0-9-]{1,36}$/.test(form.id)) errors.id = "nameError";
  const read = (field: Exclude<TextField, "id">) => {
    const value = readNumber(form[field]);
    if (value === null) errors[field] = "numberError";
    return value ?? 0;
  };
  const [energy, session, minute, freeMinutes, vat] = [
    read("energy"),
    read("session"),
    read("minute"),
    read("freeMinutes"),
    read("vat"),
  ];
  if (vat > 100) errors.vat = "numberError";
  const wrong = windowErrors(form.windows, readNumber);
  if (wrong.some((each) => Object.keys(each).length > 0)) errors.windows = wrong;
  if (Object.keys(errors).length > 0) return { errors };
  const taxed = form.vat.trim() === "" ? {} : { vat: Math.round(vat * 100) };
  const component = (type: PriceComponent["type"], price: number, step_size: number): PriceComponent => ({
    type,
    price,
    ...taxed,
    step_size,
  });
  const always = [component("ENERGY", price(energy), 1)];
  if (session > 0) always.push(component("FLAT", price(session), 1));
  const energyAt = (text: string) => component("ENERGY", price(readNumber(text) ?? 0), 1);
  const elements: TariffElement[] = [...elementsOf(form.windows, energyAt), { price_components: always }];
  if (minute > 0) {
    const perHour = price(minute) * 60;
    const seconds = Math.round(freeMinutes * 60);
    elements.push({
      price_components: [component("TIME", perHour, 60), component("PARKING_TIME", perHour, 60)],
      ...(seconds > 0 ? { restrictions: { min_duration: seconds } } : {}),
    });
  }
  return { tariff: { id: form.id, currency, tax_included: true, elements } };
}

/** The form that shows a tariff whole, or null where it has more rules than the form has fields. */
export function formOf(tariff: Tariff): TariffForm | null {
  const plain = tariff.elements.filter(({ restrictions }) => restrictions?.start_time === undefined);
  const components = plain.flatMap((element) => element.price_components);
  const find = (type: PriceComponent["type"]) => components.find((component) => component.type === type);
  const vat = components[0]?.vat;
  const form: TariffForm = {
    id: tariff.id,
    energy: priceText(find("ENERGY")?.price) || "0",
    session: priceText(find("FLAT")?.price),
    minute: priceText((find("TIME")?.price ?? 0) / 60),
    freeMinutes: String((plain[1]?.restrictions?.min_duration ?? 0) / 60 || ""),
    vat: vat === undefined ? "" : String(vat / 100),
    windows: windowsOf(tariff.elements, priceText),
  };
  const again = tariffOf(form, tariff.currency);
  return "tariff" in again && same(again.tariff, tariff) ? form : null;
}

function price(units: number): number {
  return Math.round(units * 10_000);
}

function priceText(price: number | undefined): string {
  return price ? String(price / 10_000) : "";
}

/** Whether two tariffs are equal but for the order of their fields. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, ordered(each)]));
}

/** The charging periods of an example: evenly charged, over so many hours from `startedAt`. */
export function examplePeriods(
  tariff: Tariff,
  energyWh: number,
  hours: number,
  { startedAt, timeZone }: { startedAt: string; timeZone: string },
): ChargingPeriod[] {
  const at = new Date(Date.parse(startedAt) + Math.round(hours * 3_600_000)).toISOString();
  return periodsOf(advanceMetering(beginMetering(startedAt), { at, energyWh }, tariff, timeZone));
}
