import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll } from "vitest";

const root = join(import.meta.dirname, "../../..");
let copy: string | null = null;

/** Builds the pages where they are older than their sources, and takes a copy: a build meanwhile must not change what is tested. */
export async function buildPages(): Promise<void> {
  const { buildWeb } = (await import(pathToFileURL(join(root, "scripts/lib/build-web.mjs")).href)) as {
    buildWeb: () => Promise<void>;
  };
  await buildWeb();
  copy = mkdtempSync(join(tmpdir(), "hitchpost-pages-"));
  cpSync(join(root, "dist/web"), copy, { recursive: true });
}

afterAll(() => {
  if (copy) rmSync(copy, { recursive: true, force: true });
});

/** The folder of the built pages, or of one of them. */
export function dist(page: "hub" | "app" | "" = ""): string {
  return join(copy as string, page);
}
