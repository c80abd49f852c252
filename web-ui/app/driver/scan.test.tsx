import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { siteId } from "../../testing/app-data";
import { TestPage } from "../../testing/test-page";
import { openCamera } from "./camera";
import ScanPage from "./pages/scan";

let page: TestPage;
/** What is on the photo. */
let text: string | null;
const assign = vi.fn();
const failure = (name: string) => Object.assign(new Error(name), { name });
const camera = (name: string) => ({ getUserMedia: () => Promise.reject(failure(name)) });

beforeEach(() => {
  page = new TestPage();
  text = null;
  assign.mockClear();
  vi.stubGlobal("navigator", { mediaDevices: camera("NotAllowedError") });
  vi.stubGlobal("createImageBitmap", async (file: string) => {
    if (file === "no picture") throw new Error("InvalidStateError");
    return { close: () => undefined };
  });
  class BarcodeDetector {
    static getSupportedFormats = async () => ["qr_code"];
    detect = async () => (text === null ? [] : [{ rawValue: text }]);
  }
  vi.stubGlobal("BarcodeDetector", BarcodeDetector);
});
afterEach(() => {
  page.close();
  vi.unstubAllGlobals();
});

function open(): void {
  page.open(<ScanPage />, "/scan");
  Object.assign(location, { assign });
}
function choose(file: string): void {
  page.root.find("input").fire("change", { currentTarget: { files: [file], value: file } });
}

it("says when the camera is refused or missing, and takes a photo of the code instead", async () => {
  open();
  await page.says("The camera may not be used here.");
  choose("no picture");
  await page.says("No code could be read on this photo.");
  choose("nothing on it");
  await page.says("No code could be read on this photo.");
  text = "https://evil.example/";
  choose("a poster");
  await page.says("This is not the code of a charger here.");
  expect(assign).not.toHaveBeenCalled();
  text = `http://cloud/places/${siteId}?connector=CP1%2F1`;
  choose("a label");
  await eventually(() => expect(assign).toHaveBeenCalledWith(`/places/${siteId}?connector=CP1%2F1`));
});

it("opens a hub's own page only when it is told to", async () => {
  vi.stubGlobal("navigator", {});
  open();
  await page.says("No camera can be used here.");
  text = "http://192.168.1.77:8080/c/CP1/1";
  choose("a label");
  await page.says("This charger has a page of its own");
  expect(page.links()).toContain("http://192.168.1.77:8080/c/CP1/1");
  expect(assign).not.toHaveBeenCalled();
  page.press("Scan another code");
  await page.says("No camera can be used here.");
});

it("tells a camera that is refused from one that is not there", async () => {
  expect(await openCamera(camera("SecurityError"))).toEqual({ why: "refused" });
  expect(await openCamera(camera("NotFoundError"))).toEqual({ why: "none" });
});
