import { build } from "esbuild";
import { expect, it } from "vitest";

it("prices, meters and shows a tariff in a page without zod, in 12 KiB before compression", async () => {
  const modules = ["tariff/price", "tariff/periods", "tariff/facts", "tariff/validity", "money"];
  const { metafile, outputFiles } = await build({
    stdin: { contents: modules.map((m) => `export * from "./${m}";`).join("\n"), resolveDir: "shared" },
    bundle: true,
    minify: true,
    format: "esm",
    metafile: true,
    write: false,
  });
  expect(Object.keys(metafile.inputs).filter((input) => /node_modules|schema/.test(input))).toEqual([]);
  expect(outputFiles[0]?.contents.length).toBeLessThan(12 * 1024);
});
