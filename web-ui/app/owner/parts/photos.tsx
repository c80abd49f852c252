import { useState } from "preact/hooks";
import type { Words } from "../../words";
import { addressOf, sendFile } from "../api";
import type { Photo } from "../types";
import { useOwner, useSending } from "../use";
import { Act, Trouble } from "./bits";

const MAX_PHOTOS = 12;
/** Longest side that is sent, px: no screen shows more, and a phone's photo is several times the size that the cloud takes. */
const LONGEST = 1600;

/** Photos of a place: add, look at, remove. */
export function Photos(props: { siteId: string; first: readonly Photo[]; words: Words; onChange: () => void }) {
  const { siteId, first, words, onChange } = props;
  const { o, ask } = useOwner();
  const [photos, setPhotos] = useState(first);
  const [caption, setCaption] = useState("");
  const sending = useSending();
  const add = async (file: File) => {
    const address = addressOf("/v1/sites/:siteId/photos", { siteId }, { caption });
    await sending.send(
      async () => sendFile<Photo>(fetch, address, await smaller(file)),
      (photo) => {
        setPhotos([...photos, photo]);
        setCaption("");
        onChange();
      },
    );
  };
  const remove = (photoId: string) =>
    sending.send(
      () => ask("delete", "/v1/sites/:siteId/photos/:photoId", { siteId, photoId }),
      () => {
        setPhotos(photos.filter((each) => each.photoId !== photoId));
        onChange();
      },
    );
  return (
    <section class="card stack" aria-labelledby="photos">
      <h2 id="photos">{o("photos")}</h2>
      <p class="sub">{o("photosHint")}</p>
      {photos.length === 0 ? null : (
        <ul class="photos">
          {photos.map(({ photoId, url, width, height, caption: text }, index) => (
            <li key={photoId}>
              <img src={url} width={width} height={height} alt={text || o("photoNo", { number: index + 1 })} />
              <span class="sub">{text}</span>
              <button
                class="plain"
                type="button"
                aria-label={`${o("remove")}: ${text || o("photoNo", { number: index + 1 })}`}
                onClick={() => void remove(photoId)}
              >
                {o("remove")}
              </button>
            </li>
          ))}
        </ul>
      )}
      <Trouble error={sending.error} words={words} />
      {photos.length < MAX_PHOTOS ? (
        <div class="stack">
          <div class="field">
            <label for="caption">{o("caption")}</label>
            <input
              id="caption"
              maxLength={200}
              value={caption}
              onInput={({ currentTarget }) => setCaption(currentTarget.value)}
            />
          </div>
          <input
            class="sr"
            id="photo"
            type="file"
            tabIndex={-1}
            aria-label={o("photoChoose")}
            accept="image/jpeg,image/png,image/webp"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file) void add(file);
              currentTarget.value = "";
            }}
          />
          <Act sending={sending} words={words} onClick={() => document.getElementById("photo")?.click()}>
            {o("photoAdd")}
          </Act>
        </div>
      ) : null}
    </section>
  );
}

/** The photo as a JPEG of a size that is sent quickly; as it is where the browser cannot read it, so that the cloud says why not. */
async function smaller(file: File): Promise<Blob> {
  const image = await createImageBitmap(file).catch(() => null);
  if (!image) return file;
  const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return (await new Promise<Blob | null>((made) => canvas.toBlob(made, "image/jpeg", 0.86))) ?? file;
}
