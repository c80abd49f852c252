import { useEffect, useState } from "preact/hooks";
import { formatsFor } from "../common/format";
import type { Lang } from "../common/translate";
import { translator } from "../common/translate";
import type { Failure, HubApi } from "../hub-admin/api";
import { Frame } from "../hub-admin/parts/frame";
import { Gate, TOKEN } from "../hub-admin/parts/gate";
import { Act, Trouble } from "../hub-admin/parts/bits";
import { HubAdminContext } from "../hub-admin/use";
import { Charger } from "./charger";
import { emptyValues } from "./fields";
import type { HubPlace, Values } from "./fields";
import { Keep } from "./keep";
import type { TabStorage } from "./keep";
import { Label } from "./label";
import { BrowserPorts } from "./ports";
import type { Serial } from "./ports";
import { Run } from "./run";
import { Without } from "./without";
import type { AllTexts, Bench } from "./words";
import { BenchContext } from "./words";

/** What the page needs of its browser. */
export interface Surroundings {
  lang: Lang;
  texts: AllTexts;
  now: () => number;
  apiFor: (token: string) => HubApi;
  fetch: typeof globalThis.fetch;
  storage: TabStorage;
  /** null: this browser gives pages no port. */
  serial: Serial | null;
  /** Whether the page came over TLS or from this machine. */
  isSecure: boolean;
  address: Pick<Location, "origin" | "protocol" | "hostname">;
  program: () => Promise<Uint8Array>;
  copy: (text: string) => Promise<void>;
  print: () => void;
  setLang: (lang: string) => void;
}

/** What the hub says of its addresses (GET /api/installer). */
interface Told {
  hubUrl: string;
  mqttPort: number;
  publicUrl: string | null;
}

type Where =
  | { at: "form"; values: Values }
  | { at: "run"; values: Values; resumed: boolean }
  | { at: "label"; cpId: string; url: string };

function begun(keep: Keep): Where {
  const kept = keep.read();
  if (kept?.label) return { at: "label", ...kept.label };
  return kept ? { at: "run", values: kept.values, resumed: true } : { at: "form", values: emptyValues };
}

/** Sets a charger up over USB: the token, what it is, the steps, its label. A reload goes on where it was. */
export function Page(all: Surroundings) {
  const { lang, texts, now, apiFor, storage, serial, isSecure, address, setLang } = all;
  const [token, setToken] = useState(storage.getItem(TOKEN) ?? "");
  const [wasRefused, setRefused] = useState(false);
  const [told, setTold] = useState<Told | null>(null);
  const [trouble, setTrouble] = useState<Failure | null>(null);
  const [round, setRound] = useState(0);
  const [keep] = useState(() => new Keep(storage));
  const [ports] = useState(() => (serial ? new BrowserPorts(serial) : null));
  const [where, setWhere] = useState(() => begun(keep));
  const [file, setFile] = useState<Uint8Array | null>(null);
  /** What the next charger has in common with the one before; after a reload, nothing. */
  const [before, setBefore] = useState(emptyValues);
  const t = translator<AllTexts & Record<string, string>>(texts);
  const api = apiFor(token);
  const signOut = () => {
    storage.removeItem(TOKEN);
    setToken("");
    setTold(null);
    setRefused(true);
  };
  useEffect(() => {
    if (token === "" || told !== null) return undefined;
    let isHere = true;
    void api.installer().then((answer) => {
      if (!isHere) return;
      if (answer.ok) return setTold(answer.value);
      if (answer.error.code === "unauthorized") return signOut();
      setTrouble(answer.error);
    });
    return () => {
      isHere = false;
    };
  }, [token, round]);
  /** Whoever closes the page leaves nothing in this tab: no password, no key, no charger half done. */
  const close = () => {
    setRefused(false);
    keep.forget();
    setFile(null);
    setBefore(emptyValues);
    setWhere({ at: "form", values: emptyValues });
  };
  const words = { lang, t, format: formatsFor(lang, "UTC") };
  const { fetch, program, copy, print } = all;
  const bench: Bench = { lang, t, token, storage, ports, fetch, program, copy, print };

  function content() {
    if (ports === null) return <Without isSecure={isSecure} address={address} />;
    if (token === "") {
      const enter = (given: string) => {
        storage.setItem(TOKEN, given);
        setTrouble(null);
        setRefused(false);
        setToken(given);
      };
      const lead = t("installLead");
      return <Gate apiFor={apiFor} wasRefused={wasRefused} onEnter={enter} title={t("installTitle")} lead={lead} />;
    }
    if (told === null) {
      return trouble === null ? null : (
        <main id="main" class="narrow stack" tabIndex={-1}>
          <h1>{t("installTitle")}</h1>
          <Trouble error={trouble} />
          <Act busy={false} onClick={() => setRound((count) => count + 1)}>
            {t("again")}
          </Act>
        </main>
      );
    }
    const place: HubPlace = { origin: address.origin, mqttPort: told.mqttPort, publicUrl: told.publicUrl };
    switch (where.at) {
      case "form": {
        const values = { ...where.values, hub: where.values.hub || told.hubUrl };
        const ready = (given: Values, chosen: Uint8Array | null) => {
          keep.begin(given);
          setBefore({ ...given, cpId: "", name: "" });
          setFile(chosen);
          setWhere({ at: "run", values: given, resumed: false });
        };
        return <Charger values={values} mqttPort={told.mqttPort} onReady={ready} />;
      }
      case "run": {
        const { values, resumed } = where;
        return (
          <Run
            {...{ values, place, keep, resumed, file }}
            onFile={setFile}
            onChange={() => {
              keep.forget();
              setWhere({ at: "form", values });
            }}
            onDone={(label) => {
              keep.finish(label);
              setWhere({ at: "label", ...label });
            }}
          />
        );
      }
      case "label":
        return (
          <Label
            cpId={where.cpId}
            url={where.url}
            onAnother={() => {
              keep.forget();
              setWhere({ at: "form", values: before });
            }}
          />
        );
    }
  }

  return (
    <HubAdminContext.Provider value={{ words, api, now, signOut }}>
      <BenchContext.Provider value={bench}>
        <Frame isOpen={token !== ""} onClose={close} setLang={setLang}>
          {content()}
        </Frame>
      </BenchContext.Provider>
    </HubAdminContext.Provider>
  );
}
