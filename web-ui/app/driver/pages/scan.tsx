import "../driver.css";
import "../scan.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { closeCamera, makeReader, openCamera } from "../camera";
import type { Reader } from "../camera";
import { Note, Told } from "../parts/bits";
import { meaningOf } from "../scan-model";
import type { Scanned } from "../scan-model";
import { useDriver } from "../use";

/** Between two looks at the camera's picture, ms. */
const EVERY_MS = 200;

type State = "starting" | "looking" | "refused" | "none";

/** Reads the code on a charger with the camera, or from a photo, and opens its place; a hub's own page only when told to. */
export default function ScanPage() {
  const { t, words, keeper } = useDriver();
  const [state, setState] = useState<State>("starting");
  const [found, setFound] = useState<Scanned | "nothing" | null>(null);
  const video = useRef<HTMLVideoElement>(null);
  const reader = useRef<Promise<Reader> | null>(null);
  const read = () => (reader.current ??= makeReader());
  const isDone = found !== null && found !== "nothing" && found.kind === "hub";

  const take = (text: string) => {
    const meaning = meaningOf(text, location.origin, keeper.hubs());
    // Another document, without the right to the camera.
    if (meaning.kind === "place") location.assign(meaning.path);
    setFound(meaning);
    return meaning.kind !== "unknown";
  };

  useEffect(() => {
    if (isDone) return undefined;
    let stream: MediaStream | null = null;
    let timer: ReturnType<typeof setTimeout>;
    let left = false;
    const look = async () => {
      const text = video.current ? await (await read())(video.current) : null;
      if (left || (text !== null && take(text))) return;
      timer = setTimeout(() => void look(), EVERY_MS);
    };
    void openCamera(navigator.mediaDevices).then(async (camera) => {
      if (left) return "stream" in camera ? closeCamera(camera.stream) : undefined;
      if ("why" in camera) return setState(camera.why);
      stream = camera.stream;
      setState("looking");
      if (video.current) {
        video.current.srcObject = stream;
        await video.current.play().catch(() => undefined);
      }
      void look();
    });
    return () => {
      left = true;
      clearTimeout(timer);
      if (stream) closeCamera(stream);
    };
  }, [isDone]);

  const photo = async (file: File) => {
    const picture = await createImageBitmap(file).catch(() => null);
    const text = picture && (await (await read())(picture));
    picture?.close();
    if (text === null) setFound("nothing");
    else take(text);
  };

  return (
    <main id="main" class="narrow">
      <div class="head">
        <a class="back" href="/">
          {t("toSearch")}
        </a>
        <h1>{t("scanTitle")}</h1>
        <p class="lead">{t("scanLead")}</p>
      </div>
      {found === "nothing" ? <Said text={t("scanNothing")} /> : null}
      {found !== null && found !== "nothing" && found.kind === "unknown" ? <Said text={t("scanUnknown")} /> : null}
      {found !== null && found !== "nothing" && found.kind === "place" ? (
        <p role="status">{words.t("loading")}</p>
      ) : null}
      {isDone ? (
        <Told>
          <h2>{t("scanHub")}</h2>
          <p>{t("scanHubText")}</p>
          <p class="code">{found.url}</p>
          <div class="pair-buttons">
            <a class="button primary" href={found.url} rel="noreferrer">
              {t("scanOpen")}
            </a>
            <button class="button quiet" type="button" onClick={() => setFound(null)}>
              {t("scanAgain")}
            </button>
          </div>
        </Told>
      ) : (
        <>
          {state === "refused" || state === "none" ? (
            <Note warn>
              <p role="status">{t(state === "refused" ? "scanRefused" : "scanNone")}</p>
            </Note>
          ) : (
            <video class="scan" ref={video} muted playsInline aria-label={t("scanCamera")} />
          )}
          <label class="button quiet fit file">
            {t("scanPhoto")}
            <input
              type="file"
              accept="image/*"
              onChange={({ currentTarget }) => {
                const [file] = currentTarget.files ?? [];
                if (file) void photo(file);
                currentTarget.value = "";
              }}
            />
          </label>
        </>
      )}
    </main>
  );
}

function Said({ text }: { text: string }) {
  return (
    <Note warn>
      <p role="status">{text}</p>
    </Note>
  );
}
