import { expect, it } from "vitest";
import { csv, decimal } from "./csv";

it("writes a table that spreadsheets read, and no formulas", () => {
  const rows = [
    ["a,b", 'say "hi"', -5, null],
    ["two\nlines", "=HYPERLINK(1)", 0, "@x"],
    ["-1+1", "-12.34", "+1", "\t"],
  ];
  expect(csv(["one", "two", "three", "four"], rows)).toBe(
    'one,two,three,four\r\n"a,b","say ""hi""",-5,\r\n"two\nlines",\'=HYPERLINK(1),0,\'@x\r\n\'-1+1,-12.34,\'+1,\'\t\r\n',
  );
});

it("writes money as plain decimals", () => {
  expect([decimal(-1234, "EUR"), decimal(5, "JPY"), decimal(1, "KWD"), decimal(0, "EUR")]).toEqual([
    "-12.34",
    "5",
    "0.001",
    "0.00",
  ]);
});
