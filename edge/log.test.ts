import { expect, it } from "vitest";
import { createLog } from "./log";

it("writes JSON lines that name the charger, and strikes out secrets", () => {
  const lines: string[] = [];
  const log = createLog({ write: (line: string) => void lines.push(line) });
  log.info({ cpId: "CP1", messageId: "m1", password: "p", headers: { authorization: "Bearer x" } }, "hello");
  const line = JSON.parse(lines[0] as string) as Record<string, unknown>;
  expect(line).toMatchObject({ level: 30, cpId: "CP1", messageId: "m1", msg: "hello" });
  expect(line).toMatchObject({ password: "[secret]", headers: { authorization: "[secret]" } });
});
