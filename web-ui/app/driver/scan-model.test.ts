import { expect, it } from "vitest";
import { meaningOf } from "./scan-model";

const origin = "https://charge.example";
const siteId = "0198f3a0-0000-7000-8000-00000000000a";
const hubs = { [siteId]: "192.168.1.20:8080/c/CP1/1", other: "https://hub.example", broken: "http://" };
const meaning = (text: string) => meaningOf(text, origin, hubs);

it("opens this app's own page of a connector", () => {
  const path = `/places/${siteId}?connector=CP1%2F1`;
  expect(meaning(` ${origin}${path} `)).toEqual({ kind: "place", path });
  expect(meaning(`${origin}/places/${siteId}`)).toEqual({ kind: "place", path: `/places/${siteId}` });
});

it("knows the place of a hub whose address was typed here before", () => {
  const here = { kind: "place", path: `/places/${siteId}?connector=CP2%2F1` };
  expect(meaning("http://192.168.1.20:8080/c/CP2/1")).toEqual(here);
  expect(meaning("https://hub.example/c/B%20%26/12")).toEqual({
    kind: "place",
    path: "/places/other?connector=B%20%26%2F12",
  });
  expect(meaning("https://hub.example/c/100%/1")).toMatchObject({ path: "/places/other?connector=100%25%2F1" });
});

it("asks before it opens the page of a hub that it does not know, without what else was in the code", () => {
  expect(meaning("http://192.168.1.77:8080/c/CP1/1?next=//evil.example#pass=x")).toEqual({
    kind: "hub",
    url: "http://192.168.1.77:8080/c/CP1/1",
    host: "192.168.1.77:8080",
  });
});

it("knows the label that the installer prints, which names no connector", () => {
  expect(meaning("http://192.168.1.20:8080/c/CP7")).toEqual({ kind: "place", path: `/places/${siteId}` });
  const url = "http://192.168.1.77:8080/c/CP7";
  expect(meaning(url)).toEqual({ kind: "hub", url, host: "192.168.1.77:8080" });
});

it("opens nothing else", () => {
  for (const text of [
    "",
    "hello",
    "WIFI:S:garage;T:WPA;P:secret;;",
    "javascript:alert(1)//c/CP1/1",
    "data:text/html,/c/CP1/1",
    "https://evil.example/",
    "https://evil.example/c",
    "https://evil.example/c/CP1/1/2",
    "https://charge.example@evil.example/c/CP1/1",
    `${origin}/account`,
    `${origin}/v1/auth/verify-email?token=x`,
    `${origin}/places/..%2Faccount`,
    `https://evil.example/places/${siteId}`,
  ]) {
    expect([text, meaning(text)]).toEqual([text, { kind: "unknown" }]);
  }
});
