/** The phone's camera, and what reads a code on its pictures. */

/** The camera's pictures; else why there are none. */
type Camera = { stream: MediaStream } | { why: "refused" | "none" };

/** Asks for the camera at the back. */
export async function openCamera(media: Pick<MediaDevices, "getUserMedia"> | undefined): Promise<Camera> {
  // Pages without HTTPS have no camera at all.
  if (!media) return { why: "none" };
  try {
    return { stream: await media.getUserMedia({ audio: false, video: { facingMode: "environment" } }) };
  } catch (error) {
    const { name } = error as DOMException;
    return { why: name === "NotAllowedError" || name === "SecurityError" ? "refused" : "none" };
  }
}

/** Switches the camera off, lamp and all. */
export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

type Picture = HTMLVideoElement | ImageBitmap;
/** The text of the code on a picture; null: none is to be read. */
export type Reader = (picture: Picture) => Promise<string | null>;

interface Detector {
  detect(picture: Picture): Promise<{ rawValue: string }[]>;
}
type DetectorClass = { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> };

/** A reader of QR codes: the browser's own, or else one that is loaded. */
export async function makeReader(): Promise<Reader> {
  const own = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  const formats = await own?.getSupportedFormats().catch((): string[] => []);
  if (own && formats?.includes("qr_code")) {
    const detector = new own({ formats: ["qr_code"] });
    return async (picture) => (await detector.detect(picture).catch(() => null))?.[0]?.rawValue ?? null;
  }
  const { decodeQR } = await import("qr/decode.js");
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (picture) => {
    const [width, height] = sizeOf(picture);
    if (width === 0 || height === 0 || !context) return null;
    Object.assign(canvas, { width, height });
    context.drawImage(picture, 0, 0, width, height);
    try {
      return decodeQR(context.getImageData(0, 0, width, height));
    } catch {
      return null;
    }
  };
}

/** More pixels make reading slow, not better. */
const LONGEST = 800;

function sizeOf(picture: Picture): [width: number, height: number] {
  const [width, height] =
    "videoWidth" in picture ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height];
  const scale = Math.min(1, LONGEST / Math.max(width, height, 1));
  return [Math.round(width * scale), Math.round(height * scale)];
}
