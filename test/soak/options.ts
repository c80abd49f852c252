/** How large a soak is. `chargers` is of each kind: so many in VMs over MQTT, and so many on WebSockets. */
export interface Options {
  minutes: number;
  chargers: number;
  hubs: number;
  clouds: number;
  seed: number;
}

export const usage = `Chaos over real processes; at the end every book is compared with every other.

  npm run soak -- --minutes N

  --minutes N    how long people charge and things break (default 60)
  --chargers N   chargers in VMs, and as many on WebSockets (default 50, at most 200)
  --hubs N       sites, each with a hub (default 5)
  --clouds N     cloud processes over one PostgreSQL (default 4)
  --seed N       what breaks when (default: by chance)
`;

const LIMITS: Record<keyof Options, readonly [least: number, most: number]> = {
  minutes: [0.1, 10_000],
  chargers: [1, 200],
  hubs: [1, 20],
  clouds: [1, 8],
  seed: [0, 2 ** 31],
};

/** The options, or what is wrong with them. */
export function readOptions(args: readonly string[], chance: number): Options | string {
  const options: Options = { minutes: 60, chargers: 50, hubs: 5, clouds: 4, seed: chance };
  for (let at = 0; at < args.length; at += 2) {
    const name = args[at]!.replace(/^--/, "") as keyof Options;
    const limits = LIMITS[name];
    if (!args[at]!.startsWith("--") || !limits) return `Unknown option ${args[at]}.`;
    const value = Number(args[at + 1] ?? "");
    const whole = name === "minutes" || Number.isInteger(value);
    if (!args[at + 1] || !whole || !(value >= limits[0] && value <= limits[1])) {
      return `--${name} takes a number from ${limits[0]} to ${limits[1]}.`;
    }
    options[name] = value;
  }
  if (options.hubs > options.chargers) return "There are more hubs than chargers.";
  return options;
}
