import { X509Certificate, createPublicKey } from "node:crypto";
import { expect, it } from "vitest";
import { clientKey } from "./testing/client-key";
import { makeRoot, makeServer, readRequest, sign } from "./x509";

/** Made by OpenSSL 3: RSA of 2048 bits, and one of 1024. */
const rsaRequest = `-----BEGIN CERTIFICATE REQUEST-----
MIICaDCCAVACAQAwIzETMBEGA1UECgwKTWFrZXIgR21iSDEMMAoGA1UEAwwDQ1Ax
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwiOrbqHbQNPMvVfBu4Io
HgFOq+KCyis6fDg3jCtHS6/SswYXmyEOs+CcdHQKWiDVXymV0bnYagfjgDVfYsAu
Z+elqTBvCUAgLnCqD5tvc7q5FXHoKgmz2wy7+g6SmOZLdlVgHXc7DAjeqI016acs
iCcDHNGZ/m63lcMi+UejJbdL0vJX42Bl9ttdjIK7B5RK8IZ8uGnN8qN44N2N6/uV
qLjyo2BsGXIh5NvrGFYxnwVVDTduOBYFIifTW7mGbKkx/2NQf+hkI8JMi3YAIinE
rffVdqL8sY/3JFDAlcsG10dDLD+zLMnhEpgF5Xf50jjZh1rH/w//fO1auDzi8X2M
OwIDAQABoAAwDQYJKoZIhvcNAQELBQADggEBALp3cwguZ7VyNJK8NNgE4PMdpsBJ
P98z3YrKetJMUWk6RN9iQrC6C1TxqWurHYLaeRzBMUjieXSTNtkuzzzzqRCZtlUm
eyXI+lg6Um7QsJlgNOIKJ++7vIpKc+SjFsd0jg4pv+hBRHLK0d47jf67PhBJfhWW
QiPKYiogRck8Xv///UE2oQ6iPvUbAptPm+xphnpB1s86hJuT0ufHSlPnSW2oFJcS
Ow2vGb40El0c64hXpJp38DKDAuRzZHwisy+sENKmI3SzSYyeduTwhllhRx3/l+a8
AjE2P8lxQS6cETEPi+DMs4bnxpnkncF/HOfJJ+CrNwt+Yv+q16RH223NKtY=
-----END CERTIFICATE REQUEST-----`;
const weakRequest = `-----BEGIN CERTIFICATE REQUEST-----
MIIBTTCBtwIBADAOMQwwCgYDVQQDDANDUDEwgZ8wDQYJKoZIhvcNAQEBBQADgY0A
MIGJAoGBANpi5WdXVwFRkAVBKQUyF+NfokRLrEI2RPVmM2qQwv0hyelO63mwm7yB
SfPX8yL9+cDqvkS2OM0XB2vLTobMv6drjF6t0jy9GviLjcZG0j8IMaDGRrgzeKe+
0wyf69OtqEQsSi/etq4PooP96fDRggdQjxPgtTj8qzPaxvNwuLMdAgMBAAGgADAN
BgkqhkiG9w0BAQsFAAOBgQCK7IdAThYXOjvcAOnvuircDWI5yVsjL6r4oxwd/AUN
cn/6jgRIrudrnCjMZTbXHBwxvwEa4JNTDfuOYFju0PT0Kanz79dpYVYB+BZJ3slL
XpvdNbRseEs117+IIuM3sxFOEdWeyZL+vYXoPeMftTcX5E41qGijWsHTSfxwvia9
ug==
-----END CERTIFICATE REQUEST-----`;

const lifetime = { notBefore: Date.parse("2026-11-01T00:00:00Z"), notAfter: Date.parse("2027-11-01T00:00:00Z") };

it("a root signs servers under all their names, and is no server itself", async () => {
  const root = await makeRoot("0a0b");
  const authority = new X509Certificate(root.certificate);
  expect(authority.subject).toBe("O=hitchpost\nCN=hitchpost hub 0a0b");
  expect([authority.ca, authority.verify(authority.publicKey)]).toEqual([true, true]);
  const names = ["hitchpost.local", "192.168.1.5", "fd00::5"];
  const pair = await makeServer(root, { commonName: "hitchpost.local", organization: null, ...lifetime, names });
  const server = new X509Certificate(pair.certificate);
  expect(server.verify(createPublicKey(root.certificate))).toBe(true);
  expect([server.ca, server.checkHost("hitchpost.local")]).toEqual([false, "hitchpost.local"]);
  expect([server.checkIP("192.168.1.5"), server.checkIP("fd00::5")]).toEqual(["192.168.1.5", "fd00::5"]);
  expect(server.checkIP("192.168.1.6")).toBeUndefined();
  expect([server.validFrom, server.validTo].map((text) => Date.parse(text))).toEqual(Object.values(lifetime));
  expect(server.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
});

it("reads what OpenSSL and chargers request, and signs clients", async () => {
  const root = await makeRoot("0a0b");
  const request = await readRequest(rsaRequest.replaceAll("\n", "\r\n"));
  expect(request).toMatchObject({ commonName: "CP1", organization: "Maker GmbH" });
  const client = new X509Certificate(await sign(root, { ...request, ...lifetime, names: [] }));
  expect(client.subject).toBe("O=Maker GmbH\nCN=CP1");
  expect([client.keyUsage, client.subjectAltName]).toEqual([["1.3.6.1.5.5.7.3.2"], undefined]);
  expect(client.checkIssued(new X509Certificate(root.certificate))).toBe(true);
  const { csr } = await clientKey("CN=SERIAL 7");
  expect(await readRequest(csr)).toMatchObject({ commonName: "SERIAL 7", organization: null });
});

it("refuses requests that are none, lie about their key, name nobody or several, or have a weak key", async () => {
  const { csr } = await clientKey("CN=CP1");
  const der = Buffer.from(csr.replaceAll(/-----.*-----|\s/g, ""), "base64");
  der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
  const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64")}\n-----END CERTIFICATE REQUEST-----`;
  const root = (await makeRoot("1")).certificate;
  const asRequest = root.replaceAll("BEGIN CERTIFICATE", "BEGIN CERTIFICATE REQUEST");
  const nameless = (await clientKey("O=nobody")).csr;
  const several = (await clientKey("CN=CP1, CN=CP2")).csr;
  for (const text of ["", "CP1", root, asRequest, forged, nameless, several, weakRequest]) {
    await expect(readRequest(text)).rejects.toMatchObject({ code: "invalid_csr", status: 400 });
  }
});
