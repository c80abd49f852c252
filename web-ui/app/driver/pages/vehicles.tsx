import "../driver.css";
import { useState } from "preact/hooks";
import type { Failure } from "../../api";
import { Field, Form, Submit, valueOf } from "../../parts/form";
import { Show, useLoad } from "../../parts/load";
import { Trouble, plugText } from "../parts/bits";
import { ChargingFrame } from "../parts/charging-frame";
import { plugs } from "../search-model";
import type { Vehicle, VehicleInput } from "../types";
import { useDriver } from "../use";

/** A number of people, such as `58` or `58,5`, in thousandths of its unit; null where it is none. */
export function thousands(text: string): number | null {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() !== "" && value > 0 ? Math.round(value * 1000) : null;
}

/** Vehicles, one's own and the family's. */
export default function VehiclesPage() {
  const { words, t, driver } = useDriver();
  const [vehicles, again] = useLoad("vehicles", driver.vehicles);
  const [error, setError] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);

  async function add(form: HTMLFormElement): Promise<void> {
    const values = new FormData(form);
    const vehicle: VehicleInput = {
      name: valueOf(form, "name"),
      make: valueOf(form, "make"),
      model: valueOf(form, "model"),
      batteryWh: thousands(valueOf(form, "battery")),
      connectors: plugs.filter((plug) => values.get(`plug-${plug}`) !== null),
      maxAcW: thousands(valueOf(form, "maxAc")),
      maxDcW: thousands(valueOf(form, "maxDc")),
    };
    setBusy(true);
    const answer = await driver.addVehicle(vehicle);
    setBusy(false);
    setError(answer.ok ? null : answer.error);
    if (answer.ok) again();
  }
  async function remove(id: string): Promise<void> {
    const answer = await driver.removeVehicle(id);
    setError(answer.ok ? null : answer.error);
    again();
  }

  return (
    <ChargingFrame tab="vehicles">
      <p class="lead">{t("vehiclesText")}</p>
      <Trouble error={error} words={words} />
      <Show loaded={vehicles} words={words} again={again} height="row">
        {(value) => (
          <div class="columns">
            <ul class="list">
              {value.vehicles.length === 0 ? <li class="lead">{t("noVehicles")}</li> : null}
              {value.vehicles.map((vehicle) => (
                <li key={vehicle.id} class="card row">
                  <VehicleText vehicle={vehicle} />
                  {vehicle.isMine ? (
                    <button
                      class="plain"
                      type="button"
                      aria-label={`${t("remove")}: ${vehicle.name}`}
                      onClick={() => void remove(vehicle.id)}
                    >
                      {t("remove")}
                    </button>
                  ) : (
                    <span class="sub">{t("familyVehicle")}</span>
                  )}
                </li>
              ))}
            </ul>
            <Form class="card stack" aria-labelledby="add" onSend={add} busy={busy}>
              <h2 id="add">{t("addVehicle")}</h2>
              <Field id="name" label={t("vehicleName")} hint={t("vehicleNameHint")} required maxLength={60} />
              <div class="pair-fields">
                <Field id="make" label={t("vehicleMake")} maxLength={60} />
                <Field id="model" label={t("vehicleModel")} maxLength={60} />
              </div>
              <fieldset class="chips">
                <legend>{t("plugs")}</legend>
                {plugs.map((plug) => (
                  <label class="chip" key={plug}>
                    <input type="checkbox" name={`plug-${plug}`} />
                    <span>{plugText(plug, t)}</span>
                  </label>
                ))}
              </fieldset>
              <div class="pair-fields">
                <Field id="battery" label={t("battery")} inputMode="decimal" />
                <Field id="maxAc" label={t("maxAc")} inputMode="decimal" />
                <Field id="maxDc" label={t("maxDc")} inputMode="decimal" />
              </div>
              <Submit busy={busy} words={words}>
                {t("addVehicle")}
              </Submit>
            </Form>
          </div>
        )}
      </Show>
    </ChargingFrame>
  );
}

function VehicleText({ vehicle }: { vehicle: Vehicle }) {
  const { words, t } = useDriver();
  const format = words.formatIn("UTC");
  const facts = [
    [vehicle.make, vehicle.model].filter(Boolean).join(" "),
    vehicle.connectors.map((plug) => plugText(plug, t)).join(", "),
    vehicle.batteryWh === null ? "" : `${format.decimal(vehicle.batteryWh / 1000)}\u00a0kWh`,
  ].filter(Boolean);
  return (
    <span class="what">
      <strong>{vehicle.name}</strong>
      <span class="sub">{facts.join(" \u00b7 ")}</span>
    </span>
  );
}
