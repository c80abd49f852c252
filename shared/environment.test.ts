import { expect, it } from "vitest";
import { portVariable } from "./environment";

it.each([
  ["0", 0],
  ["8080", 8080],
  ["65535", 65_535],
])("a port of %s", (text, port) => {
  expect(portVariable.parse(text)).toBe(port);
});

it.each(["", "65536", "-1", "80a", "8080.5", "123456", " 80"])("no port: %j", (text) => {
  expect(portVariable.safeParse(text).success).toBe(false);
});
