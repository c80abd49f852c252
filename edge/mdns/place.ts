import { BlockList, isIPv6 } from "node:net";
import type { NetworkInterfaceInfo } from "node:os";
import type { Place } from "./records";

/** What is known of the machine at this moment. */
interface Machine {
  /** HUB_HOST: where the hub listens. */
  host: string;
  /** As `os.networkInterfaces()` gives them. */
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>;
  hostname: string;
  ports: { http: number; mqtt: number };
}

/** What the local network is told of a hub; null where the hub listens to this machine only. Pure. */
export function placeOf({ host, interfaces, hostname, ports }: Machine): Place | null {
  if (/^(localhost|127\..*|::1)$/.test(host)) return null;
  const anywhere = host === "0.0.0.0" || host === "::";
  const addresses = Object.values(interfaces)
    .flatMap((some) => some ?? [])
    .filter(({ internal, family, address }) => {
      if (internal) return false;
      return anywhere ? family === "IPv4" || host === "::" : address === host;
    })
    .map(({ address }) => address);
  return {
    instance: `hitchpost on ${hostname}`,
    services: [
      { type: "_http._tcp", port: ports.http, txt: ["path=/"] },
      { type: "_ocpp._tcp", port: ports.http, txt: ["path=/ocpp/", "protocol=ocpp1.6"] },
      { type: "_mqtt._tcp", port: ports.mqtt, txt: ["topic=ocpp/cp/"] },
    ],
    addresses,
  };
}

/** Whether an address is this machine's, or on a network that it is part of. Pure. */
export function isOnLink(address: string, interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): boolean {
  const networks = new BlockList();
  for (const { address: own, cidr, family } of Object.values(interfaces).flatMap((some) => some ?? [])) {
    const bits = Number(cidr?.split("/")[1] ?? Number.NaN);
    if (Number.isInteger(bits)) networks.addSubnet(own, bits, family === "IPv6" ? "ipv6" : "ipv4");
  }
  return networks.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
