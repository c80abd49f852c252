import { describe, expect, it } from "vitest";
import { publicUrlOf, readConfig } from "./config";

describe("readConfig", () => {
  it("has a default for everything; an empty variable counts as unset", () => {
    expect(readConfig({ CLOUD_PORT: "", DATABASE_URL: "" })).toMatchObject({
      host: "127.0.0.1",
      port: 3000,
      publicUrl: undefined,
      databaseUrl: undefined,
      logLevel: "info",
      trustProxy: false,
      poolSize: 20,
      secret: undefined,
    });
    expect(readConfig({}).dataFolder).toMatch(/data[/\\]cloud$/);
  });

  it("takes what is set", () => {
    const config = readConfig({
      CLOUD_HOST: "0.0.0.0",
      CLOUD_PORT: "0",
      CLOUD_PUBLIC_URL: "https://charge.example/",
      CLOUD_DATA: "/var/lib/x",
      DATABASE_URL: "postgres://u:p@db/x",
      TRUST_PROXY: "true",
    });
    expect(config).toMatchObject({
      port: 0,
      publicUrl: "https://charge.example",
      dataFolder: "/var/lib/x",
      trustProxy: true,
    });
  });

  it("takes an account for SMS whole", () => {
    const twilio = { TWILIO_ACCOUNT_SID: "AC1", TWILIO_AUTH_TOKEN: "t", TWILIO_FROM: "+1555" };
    expect(readConfig(twilio).twilio).toEqual({ accountSid: "AC1", authToken: "t", from: "+1555" });
    expect(readConfig({ MAIL_FROM: "Post <post@x.example>", SMTP_URL: "smtp://x" })).toMatchObject({
      smtpUrl: "smtp://x",
      mailFrom: "Post <post@x.example>",
      twilio: undefined,
    });
  });

  it.each([
    ["CLOUD_PORT", "http"],
    ["CLOUD_PORT", "65536"],
    ["CLOUD_PUBLIC_URL", "ftp://x"],
    ["CLOUD_PUBLIC_URL", "http://x/?a"],
    ["DATABASE_URL", "mysql://x"],
    ["DATABASE_POOL", "0"],
    ["TRUST_PROXY", "yes"],
    ["CLOUD_LOG_LEVEL", "loud"],
    ["CLOUD_SECRET", "short"],
    ["SMTP_URL", "http://mail"],
    ["MAIL_FROM", "nobody"],
    ["VAPID_SUBJECT", "http://x"],
    ["CLOUD_ADMIN_EMAIL", "x"],
    ["TWILIO_FROM", "+1555"],
  ])("names %s when it is %s", (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });

  it("names everything that is wrong at once", () => {
    expect(() => readConfig({ CLOUD_PORT: "x", TRUST_PROXY: "x" })).toThrow(/CLOUD_PORT[^]*TRUST_PROXY/);
  });
});

describe("publicUrlOf", () => {
  it.each([
    [{ publicUrl: "https://charge.example", host: "0.0.0.0" }, "https://charge.example"],
    [{ publicUrl: undefined, host: "127.0.0.1" }, "http://127.0.0.1:4711"],
    [{ publicUrl: undefined, host: "0.0.0.0" }, "http://127.0.0.1:4711"],
    [{ publicUrl: undefined, host: "::1" }, "http://[::1]:4711"],
  ])("%j is %s", (config, expected) => {
    expect(publicUrlOf(config, 4711)).toBe(expected);
  });
});
