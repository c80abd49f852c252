import { describe, expect, it } from "vitest";
import { readConfig } from "./config";

const message = (environment: Record<string, string>) => {
  try {
    readConfig(environment);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

describe("settings", () => {
  it("has a default for each that works on a fresh machine; an empty one is not set", () => {
    expect(readConfig({ HUB_ADMIN_TOKEN: "", HUB_HTTP_PORT: "" }, "/opt/hitchpost/dist/hub.js")).toMatchObject({
      host: "0.0.0.0",
      httpPort: 8080,
      mqttPort: 1883,
      httpsPort: null,
      mqttsPort: null,
      publicUrl: null,
      adminToken: null,
      acceptUnknown: false,
      rateLimit: true,
      sampleInterval: 30,
      siteLimitA: null,
      acceptNoSubprotocol: false,
      keepMonths: 24,
      archiveBytes: 4096 * 1024 * 1024,
      journalBytes: 2048 * 1024 * 1024,
      mdns: true,
      cloudUrl: null,
      webFolder: "/opt/hitchpost/dist/web/hub",
    });
    expect(readConfig({}).data).toMatch(/^\/.*data\/hub$/);
  });

  it("takes what is set", () => {
    const environment = {
      HUB_HOST: "::1",
      HUB_HTTP_PORT: "0",
      HUB_MQTT_PORT: "65535",
      HUB_HTTPS_PORT: "0",
      HUB_MQTTS_PORT: "8884",
      HUB_PUBLIC_URL: "http://hub.example:8080/",
      HUB_DATA: "/var/lib/hub",
      HUB_ADMIN_TOKEN: " x y ",
      HUB_RATE_LIMIT: "off",
      HUB_SAMPLE_INTERVAL: "5",
      HUB_SITE_LIMIT_A: "63",
      HUB_ACCEPT_NO_SUBPROTOCOL: "true",
      HUB_KEEP_MONTHS: "6",
      HUB_ARCHIVE_MB: "64",
      HUB_JOURNAL_MB: "128",
      HUB_MDNS: "off",
      CLOUD_URL: "https://cloud.example/",
    };
    expect(readConfig(environment, "/src/edge/config.ts")).toMatchObject({
      host: "::1",
      httpPort: 0,
      mqttPort: 65535,
      httpsPort: 0,
      mqttsPort: 8884,
      publicUrl: "http://hub.example:8080",
      data: "/var/lib/hub",
      adminToken: "x y",
      rateLimit: false,
      sampleInterval: 5,
      siteLimitA: 63,
      acceptNoSubprotocol: true,
      keepMonths: 6,
      archiveBytes: 64 * 1024 * 1024,
      journalBytes: 128 * 1024 * 1024,
      mdns: false,
      cloudUrl: "https://cloud.example",
      webFolder: "/src/dist/web/hub",
    });
  });

  it("turns the limits off where everyone is accepted", () => {
    expect(readConfig({ HUB_ACCEPT_UNKNOWN: "true" })).toMatchObject({ acceptUnknown: true, rateLimit: false });
  });

  it.each([
    ["HUB_HOST", "not a host"],
    ["HUB_HTTP_PORT", "70000"],
    ["HUB_HTTP_PORT", "80a"],
    ["HUB_MQTT_PORT", "-1"],
    ["HUB_HTTPS_PORT", "x"],
    ["HUB_MQTTS_PORT", "65536"],
    ["HUB_PUBLIC_URL", "ftp://x"],
    ["HUB_PUBLIC_URL", "hub"],
    ["HUB_ACCEPT_UNKNOWN", "yes"],
    ["HUB_RATE_LIMIT", "no"],
    ["HUB_SAMPLE_INTERVAL", "0"],
    ["HUB_SITE_LIMIT_A", "3"],
    ["HUB_ACCEPT_NO_SUBPROTOCOL", "1"],
    ["HUB_KEEP_MONTHS", "1"],
    ["HUB_KEEP_MONTHS", "x"],
    ["HUB_ARCHIVE_MB", "63"],
    ["HUB_JOURNAL_MB", "127"],
    ["CLOUD_URL", "cloud"],
  ])("names %s where it is %s", (name, value) => {
    expect(message({ [name]: value })).toMatch(new RegExp(`^${name}: .+\\.$`));
  });

  it("names all that cannot be used, a line each", () => {
    expect(message({ HUB_RATE_LIMIT: "x", CLOUD_URL: "y" }).split("\n")).toHaveLength(2);
  });
});
