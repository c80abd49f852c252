import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { buildDevice } from "./build-device.mjs";
import { mapShapesPlugin } from "./map-shapes.mjs";
import { iconPng } from "./png-icon.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const web = join(root, "web-ui");
const finished = join(root, "dist/web");

/**
 * Builds the pages: the hub's client, its renderer for the server, its pages for installers and owners, and the cloud's app, into `dist/web`. The page that flashes
 * chargers has their program in it, which is built first. Where no source has changed since
 * the last build it does nothing. A build grows in a folder of its own and takes its place when it is whole: one that is interrupted, or another at the same
 * time, leaves no half page behind.
 */
export async function buildWeb() {
  const { board } = await buildDevice();
  const stamp = hashOfSources(board);
  if (stampOf(finished) === stamp) return;
  const out = join(root, `dist/.web-${process.pid}`);
  const { build } = await import("vite");
  // vite takes this for its mode: a build that a test asks for is the same as any other.
  const env = process.env.NODE_ENV;
  process.env.NODE_ENV = "production";
  try {
    const scripts = await buildHubClient(build, out);
    await buildHubRenderer(build, out, scripts, writeIcon(out));
    await buildHubAdmin(build, out);
    await buildInstaller(build, out);
    await buildApp(build, out);
    writeManifest(join(out, "app"));
    await buildWorker(build, join(out, "app"));
    compress(join(out, "hub/assets"));
    compress(join(out, "hub/admin/assets"));
    compress(join(out, "hub/install/assets"));
    compress(join(out, "app/assets"));
    writeFileSync(join(out, "stamp"), stamp);
    putInPlace(out, stamp);
  } finally {
    if (env === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = env;
    rmSync(out, { recursive: true, force: true });
  }
}

function stampOf(folder) {
  const file = join(folder, "stamp");
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

/** Moves a whole build into its place. Where another process was faster with the same, that one stays. */
function putInPlace(out, stamp) {
  const old = `${out}-old`;
  try {
    if (existsSync(finished)) renameSync(finished, old);
    renameSync(out, finished);
  } catch (error) {
    if (stampOf(finished) !== stamp) throw error;
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}

/** What every build shares: no configuration of anyone else, modern browsers, nothing inlined as data. */
function common(plus) {
  return {
    configFile: false,
    mode: "production",
    root: web,
    publicDir: false,
    logLevel: "warn",
    ...plus,
    build: { target: "es2022", emptyOutDir: true, assetsInlineLimit: 0, modulePreload: false, ...plus.build },
  };
}

/** Two pages, each with one whole script: what they share is little, and one request more costs more than it. */
async function buildHubClient(build, out) {
  const scripts = {};
  for (const [name, input] of [
    ["hub", "hub/main.tsx"],
    ["receipt", "hub/receipt/main.ts"],
  ]) {
    const { output } = await build(
      common({
        build: {
          outDir: join(out, "hub"),
          emptyOutDir: false,
          rolldownOptions: { input: join(web, input), output: { entryFileNames: `assets/${name}-[hash].js` } },
        },
      }),
    );
    scripts[name] = `/${output.find((file) => file.isEntry).fileName}`;
  }
  return scripts;
}

function writeIcon(out) {
  const icon = readFileSync(join(web, "common/icon.svg"));
  const name = `icon-${createHash("sha256").update(icon).digest("hex").slice(0, 8)}.svg`;
  mkdirSync(join(out, "hub/assets"), { recursive: true });
  writeFileSync(join(out, "hub/assets", name), icon);
  return `/assets/${name}`;
}

/** One file without dependencies, so that the hub needs no Preact installed. */
async function buildHubRenderer(build, out, scripts, icon) {
  await build(
    common({
      define: {
        HUB_SCRIPT: JSON.stringify(scripts.hub),
        RECEIPT_SCRIPT: JSON.stringify(scripts.receipt),
        HUB_ICON: JSON.stringify(icon),
      },
      ssr: { noExternal: true },
      build: {
        outDir: join(out, "hub"),
        emptyOutDir: false,
        cssMinify: true,
        minify: false,
        target: "node20",
        ssr: join(web, "hub/render.ts"),
        rolldownOptions: { output: { entryFileNames: "render.js", codeSplitting: false } },
      },
    }),
  );
}

/** The hub's page for installers and owners: files of its own, so that drivers load none of it. */
async function buildHubAdmin(build, out) {
  await build(
    common({
      root: join(web, "hub-admin"),
      base: "/admin/",
      build: { outDir: join(out, "hub/admin"), rolldownOptions: { input: join(web, "hub-admin/index.html") } },
    }),
  );
}

/** The page that sets a charger up, with the charger's program. What flashes chips is in chunks of its own, one of them for each kind of chip. */
async function buildInstaller(build, out) {
  await build(
    common({
      root: join(web, "installer"),
      base: "/install/",
      // The package's bundle has every chip's flasher in it, for Node.
      resolve: { alias: { "esptool-js/bundle.js": "esptool-js" } },
      assetsInclude: ["**/*.devs"],
      build: { outDir: join(out, "hub/install"), rolldownOptions: { input: join(web, "installer/index.html") } },
    }),
  );
}

async function buildApp(build, out) {
  await build(
    common({
      root: join(web, "app"),
      plugins: [mapShapesPlugin],
      build: {
        outDir: join(out, "app"),
        manifest: true,
        rolldownOptions: { input: join(web, "app/index.html") },
      },
    }),
  );
}

/** What makes the app one that a phone can put on its home screen. */
function writeManifest(folder) {
  const icon = readdirSync(join(folder, "assets")).find((name) => /^icon-.*\.svg$/.test(name));
  const svg = readFileSync(join(web, "common/icon.svg"), "utf8");
  const pixels = [
    ["icon-192.png", 192, "any"],
    ["icon-512.png", 512, "any"],
    ["icon-512-maskable.png", 512, "maskable"],
  ].map(([name, size, purpose]) => {
    writeFileSync(join(folder, name), iconPng(svg, size, { maskable: purpose === "maskable" }));
    return { src: `/${name}`, sizes: `${size}x${size}`, type: "image/png", purpose };
  });
  const manifest = {
    id: "/",
    name: "hitchpost",
    short_name: "hitchpost",
    start_url: "/",
    display: "standalone",
    background_color: "#f4f3ee",
    theme_color: "#0b6257",
    icons: [{ src: `/assets/${icon}`, sizes: "any", type: "image/svg+xml", purpose: "any" }, ...pixels],
    shortcuts: [{ name: "My charging", url: "/charging" }],
  };
  writeFileSync(join(folder, "manifest.webmanifest"), JSON.stringify(manifest));
}

/** What has to be there without a line: the frame, bookings and their passes, and the page that the app begins with, in both languages. */
const offlineParts = [
  "index.html",
  "end-push.ts",
  "errors-en.ts",
  "errors-de.ts",
  "pages/sign-in.tsx",
  "sw-client.ts",
  "texts-en.ts",
  "texts-de.ts",
  "driver/driver-en.ts",
  "driver/driver-de.ts",
  "driver/pages/charging.tsx",
  "driver/pages/booking.tsx",
  "driver/pages/find.tsx",
];

/** The service worker, with the list of the files that it lays up. */
async function buildWorker(build, folder) {
  const parts = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8"));
  rmSync(join(folder, ".vite"), { recursive: true });
  const needed = new Set();
  const follow = (key) => {
    const part = parts[key];
    if (!part) throw new Error(`The service worker's list names a part that is not there: ${key}`);
    if (needed.has(part.file)) return;
    for (const file of [part.file, ...(part.css ?? []), ...(part.assets ?? [])]) needed.add(file);
    for (const other of part.imports ?? []) follow(other);
  };
  for (const key of offlineParts) follow(key);
  const hashOf = (file) =>
    createHash("sha256")
      .update(readFileSync(join(folder, file)))
      .digest("hex")
      .slice(0, 16);
  const hashed = [...needed].filter((file) => file.startsWith("assets/")).toSorted();
  const files = [
    { url: "/index.html", revision: hashOf("index.html") },
    { url: "/manifest.webmanifest", revision: hashOf("manifest.webmanifest") },
    { url: "/icon-192.png", revision: hashOf("icon-192.png") },
    // Their names say which content they have.
    ...hashed.map((file) => ({ url: `/${file}`, revision: null })),
  ];
  const version = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16);
  await build(
    common({
      define: { BUILD: JSON.stringify({ files, version }) },
      build: {
        outDir: folder,
        emptyOutDir: false,
        rolldownOptions: {
          input: join(web, "app/sw.ts"),
          output: { entryFileNames: "sw.js", format: "iife", codeSplitting: false },
        },
      },
    }),
  );
}

/** Lays every file down compressed as well, so that a small hub need not do it at each request. */
function compress(folder) {
  for (const name of readdirSync(folder)) {
    const content = readFileSync(join(folder, name));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content));
  }
}

/** Hash over every source that can change the pages, and over the versions of what they are built with. */
function hashOfSources(program) {
  const files = [
    program,
    join(root, "package-lock.json"),
    fileURLToPath(import.meta.url),
    join(root, "scripts/lib/map-shapes.mjs"),
    join(root, "scripts/lib/png-icon.mjs"),
  ];
  for (const folder of ["web-ui", "shared", "device/installer"]) {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (entry.isFile() && !entry.name.includes(".test.")) files.push(join(entry.parentPath, entry.name));
    }
  }
  const hash = createHash("sha256");
  for (const file of files.toSorted()) hash.update(file).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await buildWeb();
