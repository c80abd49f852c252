import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

/**
 * The time-outs are generous on purpose: on a slow or shared machine a test may take long and still be right.
 * One vitest project a kind of test: `unit`, `pages`, `virtual` and `cloud` stand beside the code, those of the cloud over one PostgreSQL; `system` (test/) starts real programs.
 * Files of `unit`, `pages` and `cloud` share their workers' modules, which spares half of the processor's time, so none of them mocks a module; those of `virtual` each have a VM.
 * Branch coverage is enforced on what runs in this process: the pure cores whole, the rest at 90 %.
 */
export default defineConfig({
  test: {
    // Two more than there are cores: many tests wait for programs, browsers and VMs. By default one core is left to others, which on two cores means one file at a time.
    maxWorkers: availableParallelism() + 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["{shared,edge,device/board,device/core,device/installer}/**/*.test.ts"],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "pages",
          include: ["web-ui/**/*.test.{ts,tsx}"],
          isolate: false,
          // What draws into a canvas or a map is for the browser tests.
          alias: [{ find: /^\.\/(chart|pin-map)$/, replacement: join(import.meta.dirname, "web-ui/testing/$1.tsx") }],
        },
      },
      {
        extends: true,
        test: {
          name: "virtual",
          include: ["device/virtual/**/*.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "cloud",
          include: ["cloud/**/*.test.ts"],
          isolate: false,
          globalSetup: "cloud/testing/one-postgres.ts",
        },
      },
      {
        extends: true,
        test: {
          name: "system",
          include: ["test/**/*.test.ts"],
        },
      },
    ],
    coverage: {
      provider: "v8",
      include: ["{shared,edge,cloud,web-ui,device/board,device/core,device/installer,device/virtual}/**/*.{ts,tsx}"],
      exclude: ["**/*.test.{ts,tsx}", "**/main.ts", "**/main.tsx", "**/testing/**", "**/*.d.ts"],
      reporter: ["text-summary", "json-summary"],
      thresholds: {
        branches: 90,
        "shared/**": { branches: 100 },
        "device/core/**": { branches: 100 },
      },
    },
  },
});
