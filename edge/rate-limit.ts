/** Limits against a charger gone mad and against guessing. An honest charger never feels them. */

interface Rate {
  /** At once, after a quiet time. */
  burst: number;
  perSecond: number;
}

/** A bucket that fills with time. A clock that jumps back stops the filling for a moment, nothing worse. */
export class Bucket {
  private readonly rate: Rate;
  private level: number;
  private at: number;

  constructor(rate: Rate, now: number) {
    this.rate = rate;
    this.level = rate.burst;
    this.at = now;
  }

  /** Takes `amount` even where it is not there (the level goes below zero); gives how many ms until it has filled up again. */
  take(amount: number, now: number): number {
    this.fill(now);
    this.level -= amount;
    return this.level >= 0 ? 0 : Math.ceil((-this.level / this.rate.perSecond) * 1000);
  }

  /** Takes one if it is there. */
  allow(now: number): boolean {
    if (this.isEmpty(now)) return false;
    this.level -= 1;
    return true;
  }

  isEmpty(now: number): boolean {
    this.fill(now);
    return this.level < 1;
  }

  isFull(now: number): boolean {
    this.fill(now);
    return this.level >= this.rate.burst;
  }

  private fill(now: number): void {
    const seconds = Math.max(0, now - this.at) / 1000;
    this.level = Math.min(this.rate.burst, this.level + seconds * this.rate.perSecond);
    this.at = now;
  }
}

/** A bucket a key. The number of keys is bounded: full buckets say nothing and go first, then the oldest. */
export class Buckets {
  private readonly rate: Rate;
  private readonly max: number;
  private readonly buckets = new Map<string, Bucket>();

  constructor(rate: Rate, max = 10_000) {
    this.rate = rate;
    this.max = max;
  }

  of(key: string, now: number): Bucket {
    const known = this.buckets.get(key);
    if (known) return known;
    if (this.buckets.size >= this.max) this.makeRoom(now);
    const bucket = new Bucket(this.rate, now);
    this.buckets.set(key, bucket);
    return bucket;
  }

  get size(): number {
    return this.buckets.size;
  }

  private makeRoom(now: number): void {
    for (const [key, bucket] of this.buckets) if (bucket.isFull(now)) this.buckets.delete(key);
    for (const key of this.buckets.keys()) {
      if (this.buckets.size < this.max) return;
      this.buckets.delete(key);
    }
  }
}

/** A site's chargers may share one address, and all come back at once after a power cut. */
const rates = {
  handshakesPerAddress: { burst: 500, perSecond: 20 },
  connectionsPerAddress: { burst: 500, perSecond: 20 },
  connectionsPerCharger: { burst: 60, perSecond: 0.5 },
  failuresPerAddress: { burst: 60, perSecond: 0.5 },
  messages: { burst: 1000, perSecond: 100 },
  packets: { burst: 2000, perSecond: 300 },
  characters: { burst: 16_000_000, perSecond: 500_000 },
} satisfies Record<string, Rate>;

export interface RateLimits {
  /** Whether this address may begin a TLS handshake. */
  handshake(address: string): boolean;
  /** Whether this connection may be looked at. */
  connection(address: string, cpId: string): boolean;
  /** A wrong password, or a charge point that nobody knows. Too many, and `connection` refuses the address for a while. */
  failure(address: string): void;
  /** For one charger, over all its connections: ms to wait before a message of so many characters is processed. */
  messages(cpId: string): (length: number) => number;
  /** For one connection: whether one more MQTT packet, of whatever kind, is listened to. */
  packets(): () => boolean;
}

const always = () => true;

/** `enabled` false: no limits. `now` is epoch ms. */
export function createRateLimits(now: () => number, enabled: boolean): RateLimits {
  if (!enabled) {
    return { handshake: always, connection: always, failure: () => {}, messages: () => () => 0, packets: () => always };
  }
  const handshakes = new Buckets(rates.handshakesPerAddress);
  const addresses = new Buckets(rates.connectionsPerAddress);
  const chargers = new Buckets(rates.connectionsPerCharger);
  const failures = new Buckets(rates.failuresPerAddress);
  const counts = new Buckets(rates.messages);
  const lengths = new Buckets(rates.characters);
  return {
    handshake: (address) => handshakes.of(address, now()).allow(now()),
    connection: (address, cpId) => {
      const at = now();
      if (failures.of(address, at).isEmpty(at)) return false;
      return addresses.of(address, at).allow(at) && chargers.of(`${address} ${cpId}`, at).allow(at);
    },
    failure: (address) => {
      const at = now();
      failures.of(address, at).allow(at);
    },
    messages: (cpId) => {
      const count = counts.of(cpId, now());
      const characters = lengths.of(cpId, now());
      return (length) => Math.max(count.take(1, now()), characters.take(length, now()));
    },
    packets: () => {
      const bucket = new Bucket(rates.packets, now());
      return () => bucket.allow(now());
    },
  };
}
