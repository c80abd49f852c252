import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** What the deployment files say by name is there: settings that the cloud reads, metrics that cloud and hub tell, addresses that are served. */

const root = join(import.meta.dirname, "../..");
const text = (path: string) => readFileSync(join(root, path), "utf8");
const all = (source: string, pattern: RegExp) => [...new Set([...source.matchAll(pattern)].map((match) => match[1]!))];

const deployed = ["compose.yaml", "kubernetes/hitchpost.yaml", "azure/main.tf", "Dockerfile", "example.env"].map(
  (file) => text(`cloud/deploy/${file}`),
);

it("every setting is one that the cloud reads", () => {
  const known = all(text("cloud/config.ts"), /read\("([A-Z_]+)"\)/g);
  expect(known).toContain("DATABASE_URL");
  // Of the files themselves: compose's own name and password.
  const own = new Set(["CLOUD_NAME", "DATABASE_PASSWORD"]);
  const set = deployed.flatMap((file) => all(file, /\b((?:CLOUD|DATABASE|TRUST|PLATFORM|SMTP|STRIPE)_[A-Z_]+)\b/g));
  expect(set.length).toBeGreaterThan(10);
  expect(set.filter((name) => !known.includes(name) && !own.has(name))).toEqual([]);
});

it("every metric that an alert looks at is told by the cloud or by a hub", () => {
  const told = [text("cloud/http/metrics.ts"), text("edge/http/metrics.ts")].join("\n");
  const looked = all(text("cloud/deploy/alerts.yaml"), /\b(hitchpost_[a-z_]+?)(?:_bucket|_count|_sum)?(?=[{[)\s])/g);
  expect(looked.length).toBeGreaterThan(4);
  expect(looked.filter((name) => !told.includes(name))).toEqual([]);
});

it("what asks whether a process lives asks an address that is served", () => {
  const app = text("cloud/app.ts");
  const asked = deployed.flatMap((file) => all(file, /(?<![\w.])(\/healthz|\/metrics)\b/g));
  expect(asked).toContain("/healthz");
  for (const address of new Set(asked)) expect(app).toContain(`"${address}"`);
});
