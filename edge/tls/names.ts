import type { NetworkInterfaceInfo } from "node:os";
import { isIP } from "node:net";

/** Where the hub lives in its network. */
export interface Place {
  /** As `os.networkInterfaces()` gives them. */
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;
  hostname: string;
  publicUrl: string | null;
}

/** A server's certificate has so many names at most: a machine with a container in each corner has an address in each. */
const MOST_NAMES = 60;

/**
 * The names and addresses under which chargers and browsers reach this machine: what its certificate must name. Addresses of one link only (fe80::/10) are
 * left out, since nothing can ask for them without naming an interface too.
 */
export function serverNames({ interfaces, hostname, publicUrl }: Place): string[] {
  const own = hostname.toLowerCase();
  const names = ["hitchpost.local", "localhost", own, `${own.split(".")[0]}.local`];
  const publicName = publicUrl === null ? [] : [new URL(publicUrl).hostname.replace(/^\[(.*)\]$/, "$1")];
  const addresses = Object.values(interfaces)
    .flatMap((each) => each ?? [])
    .map(({ address }) => address.replace(/%.*$/, ""))
    .filter((address) => !/^fe[89ab]/i.test(address));
  const all = [...publicName, ...names, "127.0.0.1", "::1", ...addresses.toSorted()];
  return [...new Set(all)].filter((name) => isIP(name) !== 0 || isHostName(name)).slice(0, MOST_NAMES);
}

function isHostName(name: string): boolean {
  return name.length <= 253 && name.split(".").every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
}
