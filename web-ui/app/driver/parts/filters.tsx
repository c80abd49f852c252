import type { Words } from "../../words";
import { Choice, Form } from "../../parts/form";
import { cities, nameAt } from "../cities";
import type { SearchState, Sort } from "../search-model";
import { plugs, powers, radii, sorts } from "../search-model";
import type { DriverT } from "../words";
import { plugText } from "./bits";

const sortKeys = { distance: "sortDistance", price: "sortPrice", power: "sortPower", rating: "sortRating" } as const;

interface FilterProps {
  search: SearchState;
  words: Words;
  t: DriverT;
  /** What was typed as a place that nobody knows. */
  wrong: boolean;
  onWhere: (text: string) => void;
  onNear: () => void;
  onChange: (changes: Partial<SearchState>) => void;
}

/** Where to look, and what for. Every choice takes effect at once; only the place is sent. */
export function Filters({ search, words, t, wrong, onWhere, onNear, onChange }: FilterProps) {
  const format = words.formatIn("UTC");
  return (
    <div class="card filters">
      <Form
        class="where"
        role="search"
        onSend={(form) => {
          onWhere(String(new FormData(form).get("where") ?? ""));
        }}
      >
        <div class="field">
          <label for="where">{t("where")}</label>
          <input
            id="where"
            name="where"
            key={`${search.lat},${search.lng}`}
            list="cities"
            autocomplete="off"
            defaultValue={nameAt(search) || `${search.lat}, ${search.lng}`}
            aria-describedby={wrong ? "where-error" : "where-hint"}
            aria-invalid={wrong ? true : undefined}
          />
          <datalist id="cities">
            {cities.map(([name]) => (
              <option key={name} value={name} />
            ))}
          </datalist>
          <p class={wrong ? "wrong" : "sub"} id={wrong ? "where-error" : "where-hint"}>
            {t(wrong ? "whereUnknown" : "whereHint")}
          </p>
        </div>
        <div class="pair-buttons">
          <button class="button primary" type="submit">
            {t("search")}
          </button>
          <button class="button quiet" type="button" onClick={onNear}>
            {t("nearMe")}
          </button>
          {/* A document of its own: only that one may use the camera (cloud/http/headers.ts). */}
          <a class="button quiet" href="/scan" target="_top">
            {t("scanLink")}
          </a>
        </div>
      </Form>
      <details class="more-filters">
        <summary>{t("filters")}</summary>
        <div
          class="filter-grid"
          onChange={(event) => {
            const { name, value } = event.target as HTMLSelectElement;
            if (name === "radius") onChange({ radius: Number(value) });
            if (name === "minPowerW") onChange({ minPowerW: Number(value) });
            if (name === "sort") onChange({ sort: value as Sort });
          }}
        >
          <Choice
            id="radius"
            label={t("radius")}
            value={String(search.radius)}
            options={radii.map((km) => [String(km), t("radiusKm", { km })] as const)}
          />
          <Choice
            id="minPowerW"
            label={t("minPower")}
            value={String(search.minPowerW)}
            options={powers.map((watts) => [
              String(watts),
              watts === 0 ? t("anyPower") : t("atLeastKw", { kw: format.kw(watts) }),
            ])}
          />
          <Choice
            id="sort"
            label={t("sortBy")}
            value={search.sort}
            options={sorts.map((sort) => [sort, t(sortKeys[sort])] as const)}
          />
        </div>
        <fieldset class="chips">
          <legend>{t("plugs")}</legend>
          {plugs.map((plug) => (
            <Chip
              key={plug}
              label={plugText(plug, t)}
              on={search.types.includes(plug)}
              onToggle={(on) =>
                onChange({ types: plugs.filter((each) => (each === plug ? on : search.types.includes(each))) })
              }
            />
          ))}
          <Chip label={t("freeNow")} on={search.freeNow} onToggle={(freeNow) => onChange({ freeNow })} />
        </fieldset>
      </details>
    </div>
  );
}

/** A choice that is on or off. */
function Chip({ label, on, onToggle }: { label: string; on: boolean; onToggle: (on: boolean) => void }) {
  return (
    <label class="chip">
      <input type="checkbox" checked={on} onChange={(event) => onToggle(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}
