import { createHash } from "node:crypto";
import { assert, property, uint8Array } from "fast-check";
import { expect, it } from "vitest";
import { md5 } from "./md5";

it("is MD5 as others make it", () => {
  expect(md5(new Uint8Array(0))).toBe("d41d8cd98f00b204e9800998ecf8427e");
  assert(
    property(uint8Array({ maxLength: 200 }), (data) => md5(data) === createHash("md5").update(data).digest("hex")),
    { numRuns: 100 },
  );
});
