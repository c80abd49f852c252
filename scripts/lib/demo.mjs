import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The demo's prices, in OCPI's structure: 0.45 EUR/kWh, and 0.10 EUR/min once the car stands four hours without charging. */
const demoTariff = {
  id: "demo",
  currency: "EUR",
  tax_included: true,
  elements: [
    { price_components: [{ type: "ENERGY", price: 4500, vat: 1900, step_size: 1 }] },
    {
      price_components: [{ type: "PARKING_TIME", price: 60_000, vat: 1900, step_size: 60 }],
      restrictions: { min_duration: 14_400 },
    },
  ],
};

export const demoEmail = "owner@demo.example";

const demoSite = {
  name: "Demo garage",
  timeZone: "Europe/Berlin",
  currency: "EUR",
  startPolicy: "open",
  defaultTariffId: null,
  seller: { name: "Demo garage", address: "Musterweg 1, 12345 Musterstadt", vatNumber: "" },
};

/**
 * Makes the demo over the same routes that owners use: an account, a site with a tariff, a paired hub, two registered chargers.
 * What it made is kept beside the hub's data (readable by this user only), so a second start finds it again. `publicUrl` is what the cloud calls itself,
 * where that is not `cloudUrl`, at which it is reached. `verify` says for the demo's owner, whose mail nobody reads, that the address is right.
 * @returns {Promise<{ email: string, password: string, adminToken: string, passwordFile: string, chargerData: string }>}
 */
export async function provisionDemo({ root, cloudUrl, publicUrl, hubUrl, hubData, adminToken, verify }) {
  const folder = resolve(root, hubData || "data/hub");
  const token = adminToken || readFileSync(join(folder, "admin-token"), "utf8").trim();
  const file = join(dirname(folder), "demo.json");
  const demo = read(file) ?? { email: demoEmail, password: secret(), chargerPassword: secret() };
  const passwordFile = join(dirname(folder), "demo-charger-password");
  write(file, demo);
  writeFileSync(passwordFile, demo.chargerPassword, { mode: 0o600 });

  const hub = client(hubUrl, { authorization: `Bearer ${token}` });
  const cloud = client(cloudUrl, {
    authorization: `Bearer ${await signIn(cloudUrl, publicUrl || cloudUrl, demo, verify)}`,
  });
  const siteId = await ensureSite(cloud);
  const pairing = await hub("GET", "/api/pairing");
  if (!pairing.paired) {
    const { code } = await cloud("POST", `/v1/sites/${siteId}/pairing-codes`);
    await hub("POST", "/api/pairing", { cloudUrl, code });
  }
  const known = new Set((await hub("GET", "/api/charge-points")).chargePoints.map((each) => each.cpId));
  for (const [index, cpId] of ["CP1", "CP2"].entries()) {
    if (known.has(cpId)) continue;
    const registration = { password: demo.chargerPassword, plainFrames: true, connectors: 1, name: `Bay ${index + 1}` };
    await hub("PUT", `/api/charge-points/${cpId}`, registration);
  }
  return { ...demo, adminToken: token, passwordFile, chargerData: join(dirname(folder), "chargers") };
}

async function ensureSite(cloud) {
  const { sites } = await cloud("GET", "/v1/sites");
  if (sites.length > 0) return sites[0].siteId;
  const { siteId } = await cloud("POST", "/v1/sites", demoSite);
  await cloud("PUT", `/v1/sites/${siteId}/tariffs/${demoTariff.id}`, demoTariff);
  await cloud("PATCH", `/v1/sites/${siteId}`, { defaultTariffId: demoTariff.id });
  return siteId;
}

async function signIn(cloudUrl, publicUrl, { email, password }, verify) {
  const post = (path, body) =>
    fetch(`${cloudUrl}/v1/auth/${path}`, {
      method: "POST",
      // Node's fetch looks like a browser's to the sign-in, which then wants to know its origin.
      headers: { "content-type": "application/json", origin: new URL(publicUrl).origin },
      body: JSON.stringify(body),
    });
  let response = await post("sign-in/email", { email, password });
  if (!response.ok) response = await post("sign-up/email", { name: "Demo owner", email, password });
  if (response.ok && !response.headers.has("set-auth-token")) {
    await verify();
    response = await post("sign-in/email", { email, password });
  }
  if (!response.ok) {
    throw new Error(
      `The demo owner cannot sign in (${response.status}): data/demo.json does not fit the cloud's database.`,
    );
  }
  return response.headers.get("set-auth-token");
}

function client(base, headers) {
  return async (method, path, body) => {
    const sent = body
      ? { body: JSON.stringify(body), headers: { ...headers, "content-type": "application/json" } }
      : { headers };
    const response = await fetch(base + path, { method, ...sent });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`);
    return text ? JSON.parse(text) : undefined;
  };
}

function secret() {
  return randomBytes(15).toString("base64url");
}

function read(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

function write(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
}
