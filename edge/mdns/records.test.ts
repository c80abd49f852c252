import { expect, test } from "vitest";
import { answersTo, goodbyeOf, recordsOf } from "./records";
import type { Place } from "./records";

const place: Place = {
  instance: "hitchpost on pi.garage",
  services: [
    { type: "_http._tcp", port: 8080, txt: ["path=/"] },
    { type: "_ocpp._tcp", port: 8080, txt: ["path=/ocpp/"] },
  ],
  addresses: ["192.168.1.5", "fe80::1"],
};
const http = "hitchpost on pi-garage._http._tcp.local";

test("the name has its addresses, in any case of letters", () => {
  const found = answersTo([{ name: "HitchPost.local", type: "A" }], [], place);
  expect(found).toEqual({
    answers: [{ name: "hitchpost.local", type: "A", ttl: 120, data: "192.168.1.5" }],
    additionals: [],
  });
  expect(answersTo([{ name: "hitchpost.local", type: "ANY" }], [], place)?.answers.map(({ type }) => type)).toEqual([
    "A",
    "AAAA",
  ]);
});

test("who looks for a service gets it with its place and addresses", () => {
  const found = answersTo([{ name: "_http._tcp.local", type: "PTR" }], [], place);
  expect(found?.answers).toEqual([{ name: "_http._tcp.local", type: "PTR", ttl: 4500, data: http }]);
  expect(found?.additionals).toEqual([
    { name: http, type: "SRV", ttl: 120, flush: true, data: { port: 8080, target: "hitchpost.local" } },
    { name: http, type: "TXT", ttl: 4500, flush: true, data: ["path=/"] },
    { name: "hitchpost.local", type: "A", ttl: 120, data: "192.168.1.5" },
    { name: "hitchpost.local", type: "AAAA", ttl: 120, data: "fe80::1" },
  ]);
});

test("who asks for a service's place gets the addresses too; a list of services has each type once", () => {
  const found = answersTo([{ name: http, type: "SRV" }], [], place);
  expect([found?.answers.length, found?.additionals.map(({ type }) => type)]).toEqual([1, ["A", "AAAA"]]);
  const twice = { ...place, services: [...place.services, ...place.services] };
  const list = answersTo([{ name: "_services._dns-sd._udp.local", type: "PTR" }], [], twice);
  expect(list?.answers.map(({ data }) => data)).toEqual(["_http._tcp.local", "_ocpp._tcp.local"]);
});

test("nothing for others, and nothing that was just heard", () => {
  expect(answersTo([{ name: "printer.local", type: "A" }], [], place)).toBeNull();
  expect(answersTo([{ name: "hitchpost.local", type: "PTR" }], [], place)).toBeNull();
  const known = [{ name: "hitchpost.local", type: "A", data: "192.168.1.5" }];
  expect(answersTo([{ name: "hitchpost.local", type: "A" }], known, place)).toBeNull();
});

test("a goodbye takes everything back, and a long name is cut to a label", () => {
  expect(goodbyeOf(place)).toEqual(recordsOf(place).map((record) => ({ ...record, ttl: 0 })));
  const long = recordsOf({ ...place, instance: "ü".repeat(100) });
  expect(Buffer.byteLength(long[1]?.data as string)).toBe(62 + "._http._tcp.local".length);
});
