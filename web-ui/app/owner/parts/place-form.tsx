import { useEffect, useMemo, useState } from "preact/hooks";
import { facilities } from "../../../../shared/connector-types";
import type { Facility } from "../../../../shared/connector-types";
import { localTime } from "../../../../shared/tariff/local-time";
import { useApp } from "../../context";
import { Choice, Field, Form, Submit, valueOf } from "../../parts/form";
import type { Guard } from "../guard";
import { hoursProblem } from "../hours-model";
import { countries, emptyPlace, pointText, readPoint } from "../place-model";
import type { OwnPlace, PlaceInput } from "../types";
import { ownerTexts } from "../words";
import { Affected } from "./affected";
import { Toggle, Trouble } from "./bits";
import { HoursEditor } from "./hours-editor";

interface PlaceProps {
  place: OwnPlace | null;
  timeZone: string;
  guard: Guard;
  saved: boolean;
  onSave: (place: PlaceInput) => void;
}

/** Where a site is, who may use it and when, and what is around it. */
export function PlaceForm({ place, timeZone, guard, saved, onSave }: PlaceProps) {
  const { words, now } = useApp();
  const o = ownerTexts.t();
  const first = place ?? emptyPlace(words.lang);
  const [position, setPosition] = useState(place ? pointText(place) : "");
  const [hours, setHours] = useState(first.hours);
  const [around, setAround] = useState<readonly Facility[]>(first.facilities);
  const [access, setAccess] = useState(first.access);
  const [asked, setAsked] = useState(false);
  // The form can be filled in while the map is on its way.
  const [PinMap, setPinMap] = useState<(typeof import("./pin-map"))["default"] | null>(null);
  useEffect(() => {
    void import("./pin-map").then((map) => setPinMap(() => map.default));
  }, []);
  const names = useMemo(() => countries(words.lang), []);
  const point = readPoint(position);
  const problem = hoursProblem(hours);
  const near = () =>
    navigator.geolocation?.getCurrentPosition(({ coords }) =>
      setPosition(pointText({ lat: coords.latitude, lng: coords.longitude })),
    );
  const save = (form: HTMLFormElement) => {
    setAsked(true);
    if (!point) return document.getElementById("position")?.focus();
    if (problem) return document.getElementById("hours-problem")?.scrollIntoView({ block: "center" });
    onSave({
      host: valueOf(form, "host") as PlaceInput["host"],
      street: valueOf(form, "street"),
      postalCode: valueOf(form, "postalCode"),
      city: valueOf(form, "city"),
      country: valueOf(form, "country"),
      description: valueOf(form, "description"),
      facilities: [...around],
      ...point,
      hours,
      access,
    });
  };
  return (
    <Form class="card stack" onSend={save}>
      <h2>{o("placeTitle")}</h2>
      <Field
        id="street"
        label={o("street")}
        defaultValue={first.street}
        required
        maxLength={120}
        autocomplete="street-address"
      />
      <div class="pair-fields">
        <Field id="postalCode" label={o("postalCode")} defaultValue={first.postalCode} maxLength={20} />
        <Field id="city" label={o("city")} defaultValue={first.city} required maxLength={80} />
      </div>
      <Choice id="country" label={o("country")} value={first.country} options={names} />
      <div class="stack point">
        <Field
          id="position"
          label={o("position")}
          hint={o("positionHint")}
          error={asked && !point ? o("positionWrong") : undefined}
          value={position}
          onInput={({ currentTarget }) => setPosition(currentTarget.value)}
        />
        <button class="button quiet fit" type="button" onClick={near}>
          {o("positionHere")}
        </button>
        <div class="map-room">
          {PinMap ? <PinMap point={point} onPick={(picked) => setPosition(pointText(picked))} /> : null}
        </div>
      </div>
      <fieldset class="stack">
        <legend>{o("whoTitle")}</legend>
        <Choice
          id="host"
          label={o("host")}
          value={first.host}
          options={[
            ["business", o("hostBusiness")],
            ["private", o("hostPrivate")],
          ]}
        />
        <div class="field">
          <label for="access">{o("access")}</label>
          <div class="select">
            <select
              id="access"
              aria-describedby="access-hint"
              onChange={({ currentTarget }) => setAccess(currentTarget.value as PlaceInput["access"])}
            >
              {(["public", "members", "booked", "private"] as const).map((each) => (
                <option key={each} value={each} selected={each === access}>
                  {o(accessKeys[each][0])}
                </option>
              ))}
            </select>
          </div>
          <p class="sub" id="access-hint">
            {o(accessKeys[access][1])}
          </p>
        </div>
      </fieldset>
      <HoursEditor
        hours={hours}
        today={localTime(timeZone, now()).date}
        words={words}
        onChange={(changed) => setHours(changed)}
      />
      {problem ? (
        <p class="wrong" id="hours-problem" role="status">
          {o(problem)}
        </p>
      ) : null}
      <fieldset class="chips facilities">
        <legend>{o("around")}</legend>
        {facilities.map((each) => (
          <Toggle
            key={each}
            label={o(`facility${each}`)}
            on={around.includes(each)}
            onToggle={(on) => setAround(on ? [...around, each] : around.filter((other) => other !== each))}
          />
        ))}
      </fieldset>
      <div class="field">
        <label for="description">{o("description")}</label>
        <textarea id="description" name="description" rows={4} maxLength={2000} aria-describedby="description-hint">
          {first.description}
        </textarea>
        <p class="sub" id="description-hint">
          {o("descriptionHint")}
        </p>
      </div>
      <Affected guard={guard} timeZone={timeZone} words={words} />
      <Trouble error={guard.sending.error} words={words} />
      {guard.met ? null : (
        <Submit busy={guard.sending.state === "busy"} words={words}>
          {words.t("save")}
        </Submit>
      )}
      <p role="status" class="saved">
        {saved ? words.t("saved") : ""}
      </p>
    </Form>
  );
}

const accessKeys = {
  public: ["accessPublic", "accessPublicText"],
  members: ["accessMembers", "accessMembersText"],
  booked: ["accessBooked", "accessBookedText"],
  private: ["accessPrivate", "accessPrivateText"],
} as const;
