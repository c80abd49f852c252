import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../shared/error";
import { jpeg, jpegSegment, png, pngChunk, webp, webpChunk } from "../../testing/images";
import { readPhoto } from "./photo";

const secret = "GPS 52.5,13.4 by Jane";
const secretText = Buffer.from(secret);
const says = (content: Buffer, text: string) => content.toString("latin1").includes(text);

/** Exif with an orientation, in either byte order, among secrets. */
function exif(orientation: number, little = false): Buffer {
  const tiff = Buffer.alloc(8 + 2 + 24 + 4);
  const word = (value: number, at: number) => (little ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at));
  tiff.write(little ? "II" : "MM", "latin1");
  word(42, 2);
  if (little) tiff.writeUInt32LE(8, 4);
  else tiff.writeUInt32BE(8, 4);
  word(2, 8);
  word(0x010f, 10);
  word(0x0112, 22);
  word(orientation, 30);
  return Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff, Buffer.from(secret)]);
}

describe("a JPEG", () => {
  it("keeps its picture, its profile and which way up it is, and nothing else", () => {
    const profile = Buffer.from("ICC_PROFILE\0\x01\x01colours", "latin1");
    const parts = [
      jpegSegment(
        0xe0,
        Buffer.concat([Buffer.from("JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01", "latin1"), Buffer.from("abc preview")]),
      ),
      jpegSegment(0xe0, Buffer.from("JFXX\0preview")),
      jpegSegment(0xe1, exif(6)),
      jpegSegment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${secret}`)),
      jpegSegment(0xe2, profile),
      jpegSegment(0xe2, Buffer.from(`MPF\0${secret}`)),
      jpegSegment(0xed, Buffer.from(`Photoshop ${secret}`)),
      jpegSegment(0xee, Buffer.from("Adobe\0\x64\0\0\0\0\x01", "latin1")),
      jpegSegment(0xfe, Buffer.from(secret)),
    ];
    const file = Buffer.concat([jpeg(640, 480, parts), Buffer.from(`<script>${secret}</script>`)]);
    const photo = readPhoto(file);
    expect(photo).toMatchObject({ type: "image/jpeg", width: 640, height: 480 });
    expect(says(photo.content, "Jane")).toBe(false);
    expect(says(photo.content, "preview")).toBe(false);
    expect(says(photo.content, "ICC_PROFILE")).toBe(true);
    expect(says(photo.content, "Adobe")).toBe(true);
    expect(says(photo.content, "Exif\0\0MM")).toBe(true);
    // What is clean stays as it is, to the byte.
    expect(readPhoto(photo.content).content).toEqual(photo.content);
  });

  it("says nothing of its orientation where that is upright, strange or cut", () => {
    const cut = exif(6).subarray(0, 20);
    for (const segment of [
      exif(1),
      exif(1, true),
      exif(9),
      cut,
      Buffer.from("Exif\0\0MM\0*\xff\xff\xff\xff", "latin1"),
      Buffer.from("Exif\0\0M"),
    ]) {
      expect(says(readPhoto(jpeg(8, 8, [jpegSegment(0xe1, segment)])).content, "Exif")).toBe(false);
    }
    expect(says(readPhoto(jpeg(8, 8, [jpegSegment(0xe1, exif(8, true))])).content, "Exif")).toBe(true);
    const none = Buffer.from("4578696600004d4d002a000000080000", "hex");
    expect(says(readPhoto(jpeg(8, 8, [jpegSegment(0xe1, none)])).content, "Exif")).toBe(false);
  });

  it("may have fill bytes between its segments", () => {
    const fill = Buffer.concat([Buffer.from([0xff, 0xff]), jpegSegment(0xfe, Buffer.from("x"))]);
    expect(readPhoto(jpeg(8, 8, [fill]))).toMatchObject({ width: 8 });
  });
});

describe("a PNG", () => {
  it("keeps what draws it", () => {
    const photo = readPhoto(
      png(30, 20, [
        pngChunk("tEXt", Buffer.from(secret)),
        pngChunk("eXIf", exif(6)),
        pngChunk("gAMA", Buffer.alloc(4)),
      ]),
    );
    expect(photo).toMatchObject({ type: "image/png", width: 30, height: 20 });
    expect(says(photo.content, "Jane")).toBe(false);
    expect(says(photo.content, "gAMA")).toBe(true);
    expect(readPhoto(Buffer.concat([photo.content, Buffer.from(secret)])).content).toEqual(photo.content);
  });
});

describe("a WebP", () => {
  it("keeps what draws it, plain, lossless or extended", () => {
    expect(readPhoto(webp([webpChunk("VP8 ", lossy(300, 200))]))).toMatchObject({
      type: "image/webp",
      width: 300,
      height: 200,
    });
    expect(readPhoto(webp([webpChunk("VP8L", lossless(300, 200))]))).toMatchObject({ width: 300, height: 200 });
    const extended = Buffer.from([0x0c, 0, 0, 0, 0x2b, 0x01, 0, 0xc7, 0, 0]);
    const photo = readPhoto(
      webp([
        webpChunk("VP8X", extended),
        webpChunk("VP8 ", lossy(300, 200)),
        webpChunk("EXIF", exif(1)),
        webpChunk("XMP ", Buffer.from(secret)),
      ]),
    );
    expect(photo).toMatchObject({ width: 300, height: 200 });
    expect(photo.content[20]).toBe(0);
    expect(says(photo.content, "Jane")).toBe(false);
    expect(photo.content.readUInt32LE(4)).toBe(photo.content.length - 8);
  });
});

const lossy = (width: number, height: number) => {
  const data = Buffer.alloc(11);
  data.writeUInt16LE(width, 6);
  data.writeUInt16LE(height, 8);
  return data;
};
const lossless = (width: number, height: number) => {
  const data = Buffer.from([0x2f, 0, 0, 0, 0]);
  data.writeUInt32LE((width - 1) | ((height - 1) << 14), 1);
  return data;
};

const refusal = (bytes: Buffer) => {
  try {
    return readPhoto(bytes).type;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
};

describe("what is refused", () => {
  it.each([
    ["nothing", Buffer.alloc(0), "A JPEG"],
    ["a GIF", Buffer.from("GIF89a, which may move about"), "A JPEG"],
    ["a page", Buffer.from("<svg onload=alert(1)></svg>"), "A JPEG"],
    ["a sound", Buffer.from("RIFF\0\0\0\0WAVEfmt "), "A JPEG"],
    [
      "a JPEG without a picture",
      Buffer.concat([Buffer.from([0xff, 0xd8]), jpegSegment(0xfe, Buffer.alloc(20)), Buffer.from([0xff, 0xd9])]),
      "damaged",
    ],
    ["a JPEG with rubbish in it", jpeg(8, 8, [jpegSegment(0xfe, secretText), Buffer.from("rubbish")]), "damaged"],
    ["a JPEG whose segment has no length", jpeg(8, 8, [Buffer.from([0xff, 0xfe, 0, 0])]), "damaged"],
    ["a JPEG of nothing", jpeg(0, 8), "damaged"],
    ["a huge JPEG", jpeg(9000, 8), "8000 pixels"],
    [
      "a PNG that begins with something else",
      Buffer.concat([png(8, 8).subarray(0, 8), pngChunk("tEXt", Buffer.alloc(13)), png(8, 8).subarray(8)]),
      "damaged",
    ],
    ["a wide PNG", png(70_000, 8), "8000 pixels"],
    [
      "a WebP that moves",
      webp([webpChunk("VP8X", Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0, 0])), webpChunk("VP8 ", lossy(8, 8))]),
      "damaged",
    ],
    ["a WebP without a picture", webp([webpChunk("EXIF", Buffer.alloc(8))]), "damaged"],
    [
      "a WebP whose chunk runs out of it",
      Buffer.concat([Buffer.from("RIFF\x0c\0\0\0WEBPVP8 \xff\xff\0\0", "latin1")]),
      "damaged",
    ],
  ])("%s", (_what, bytes, why) => {
    expect(refusal(bytes)).toContain(why);
  });

  it("is every file that was cut, and never breaks the reader", () => {
    const files = [jpeg(64, 64, [jpegSegment(0xe1, exif(6))]), png(64, 64), webp([webpChunk("VP8 ", lossy(8, 8))])];
    for (const file of files) {
      for (let length = 0; length < file.length; length++)
        expect(refusal(file.subarray(0, length))).toMatch(/expected|damaged/);
    }
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 }),
        (file, changes) => {
          const broken = Buffer.from(file);
          for (const [at, value] of changes) if (at < broken.length) broken[at] = value;
          expect(typeof refusal(broken)).toBe("string");
        },
      ),
      { numRuns: 300 },
    );
  });
});
