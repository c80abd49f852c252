import { afterAll } from "vitest";
import type { Deps } from "../deps";
import { TestCloud } from "./cloud";

/** A cloud for the tests of the file that calls this; it stops after the last of them. */
export async function openCloud(overrides: Partial<Deps> = {}): Promise<TestCloud> {
  const cloud = await TestCloud.start(undefined, overrides);
  afterAll(() => cloud.stop());
  return cloud;
}
