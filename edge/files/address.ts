import type { NetworkInterfaceInfo } from "node:os";
import { isIPv4 } from "node:net";

/**
 * The hub's address as a charger at `remote` can reach it: the public URL where one is set, else that of the network which both are in, else the
 * first of the machine's networks.
 */
export function addressFor(
  remote: string | null,
  where: {
    publicUrl: string | null;
    port: number;
    /** As `os.networkInterfaces()` gives them. */
    interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>;
  },
): string {
  if (where.publicUrl !== null) return where.publicUrl;
  const own = Object.values(where.interfaces).flatMap((each) => each ?? []);
  const ipv4 = own.filter(({ family }) => family === "IPv4");
  const charger = remote?.replace(/^::ffff:/, "") ?? "";
  const near = ipv4.find(({ address, netmask }) => isIPv4(charger) && sameNetwork(address, charger, netmask));
  const any = ipv4.find(({ internal }) => !internal);
  return `http://${(near ?? any)?.address ?? "127.0.0.1"}:${where.port}`;
}

/** The same for a charger that somebody at `remote` sets up: who sits at the hub's own machine is nearest to it by an address that no charger reaches. */
export function addressForChargers(remote: string, where: Parameters<typeof addressFor>[1]): string {
  return addressFor(/^(::ffff:)?127\./.test(remote) ? null : remote, where);
}

function sameNetwork(a: string, b: string, netmask: string): boolean {
  const [left, right, mask] = [a, b, netmask].map((each) => each.split(".").map(Number));
  return (mask ?? []).every((bits, index) => ((left?.[index] ?? 0) & bits) === ((right?.[index] ?? 0) & bits));
}
