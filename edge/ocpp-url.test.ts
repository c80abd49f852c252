import { expect, it } from "vitest";
import { readOcppUrl } from "./ocpp-url";

it.each([
  ["/ocpp/CP1", "CP1"],
  ["/ocpp//CP1", "CP1"],
  ["//ocpp/CP1", "CP1"],
  ["/ocpp/CP1/", "CP1"],
  ["/ocpp/CP1//?x=1#y", "CP1"],
  ["/ocpp/CP%2D1", "CP-1"],
  ["/ocpp/%20CP1%20", "CP1"],
  ["ws://10.0.0.2:8080/ocpp/CP1", "CP1"],
  ["HTTP://hub/ocpp/CP1?a=b", "CP1"],
  ["/ocpp/A%2FB", "A/B"],
])("%s names %s", (url, cpId) => expect(readOcppUrl(url)).toEqual({ cpId }));

it.each([
  ["/", 404],
  ["/ocpp/CP1/more", 404],
  ["/other/CP1", 404],
  ["ws://hub", 404],
  ["/ocpp", 400],
  ["/ocpp//", 400],
  ["/ocpp/%zz", 400],
])("%s is refused with %d", (url, status) => expect(readOcppUrl(url)).toMatchObject({ status }));
