import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Session } from "../../shared/session";
import type { Chance } from "./chance";
import type { Charger } from "./charger";
import type { Ask, Network } from "./network";
import { CARDS } from "./site";
import type { Site } from "./site";

/** What people did, and what did not work out, by what they were told. */
interface Tally {
  visits: number;
  bookings: number;
  cancelled: number;
  arrivals: number;
  refusals: Map<string, number>;
}

/** What a booking opens a charger with, from `start` on, milliseconds of the epoch. */
interface Pass {
  site: Site;
  start: number;
  token: string;
}

const QUARTER_MS = 15 * 60_000;
/** The quarter of an hour that a sale is for: this one, or the next if this one is nearly over. */
const thisQuarter = () => Math.floor((Date.now() + 60_000) / QUARTER_MS) * QUARTER_MS;

/** People who come and charge, at the page, with a card or with a booking, and who see things fail; until `over` says so. */
export class People {
  readonly tally: Tally = { visits: 0, bookings: 0, cancelled: 0, arrivals: 0, refusals: new Map() };

  constructor(
    private readonly network: Network,
    private readonly chance: Chance,
    private readonly over: () => boolean,
  ) {}

  /** Someone without an account, again and again. */
  async walkIn(site: Site): Promise<void> {
    while (!this.over()) {
      await this.idle(1, 8);
      const charger = this.free(site);
      if (!charger) continue;
      await this.visit(charger, () => (this.chance.next() < 0.5 ? this.byPage(site, charger) : this.byCard(charger)));
    }
  }

  /** A driver with an account who books, and comes or cancels; until a booking begins, life goes on. */
  async driver(ask: Ask): Promise<void> {
    const passes: Pass[] = [];
    while (!this.over()) {
      await this.idle(2, 12);
      const due = passes.findIndex(({ start }) => start <= Date.now());
      const [pass] = due < 0 ? [] : passes.splice(due, 1);
      if (pass) {
        await this.try("come", () => this.come(pass));
        continue;
      }
      const site = this.chance.of(this.network.sites);
      const mood = this.chance.next();
      const soon = mood < 0.3 ? thisQuarter() : thisQuarter() + QUARTER_MS;
      await this.try("book", async () => {
        if (mood < 0.5 && !passes.some(({ start }) => start === soon))
          passes.push(await this.bookPass(site, ask, soon));
        else await this.bookLater(site, ask);
      });
    }
  }

  /** Books the quarter of an hour from `start`, and fetches what opens a charger then. */
  private async bookPass(site: Site, ask: Ask, start: number): Promise<Pass> {
    const booking = await this.book(site, ask, start, 1);
    const path = `/v1/sites/${site.options.siteId}/reservations/${booking}/pass`;
    return { site, start, token: (await ask<{ token: string }>("GET", path)).token };
  }

  /** Tries free places in turn: most of this quarter of an hour are with people who came without a booking. */
  private async come({ site, token }: Pass): Promise<void> {
    const places = site.chargers.filter(({ taken }) => !taken).slice(0, 6);
    for (const charger of places) {
      let admitted = false;
      if (charger.taken) continue;
      await this.visit(charger, async () => {
        const here = { cpId: charger.cpId, connectorId: 1, secret: secret() };
        await site.asDriver("/api/start", { ...here, pass: token });
        admitted = true;
        this.tally.arrivals += 1;
        await this.chargeAwhile(site, charger, here.secret);
      });
      if (admitted) return;
    }
  }

  private async bookLater(site: Site, ask: Ask): Promise<void> {
    const days = Math.floor(this.chance.between(1, 6));
    const quarters = Math.floor(this.chance.between(1, 8));
    const booking = await this.book(site, ask, thisQuarter() + days * 86_400_000, quarters);
    if (this.chance.next() < 0.5) return;
    await this.idle(0, 5);
    await ask("POST", `/v1/sites/${site.options.siteId}/reservations/${booking}/cancel`, {});
    this.tally.cancelled += 1;
  }

  private async book(site: Site, ask: Ask, start: number, quarters: number): Promise<string> {
    const times = { start: new Date(start).toISOString(), end: new Date(start + quarters * QUARTER_MS).toISOString() };
    const wish = { class: "STANDARD", ...times };
    const path = `/v1/sites/${site.options.siteId}/reservations`;
    const { booking } = await ask<{ booking: string }>("POST", path, wish);
    this.tally.bookings += 1;
    return booking;
  }

  private async byPage(site: Site, charger: Charger): Promise<void> {
    const mine = secret();
    await site.asDriver("/api/start", { cpId: charger.cpId, connectorId: 1, secret: mine });
    await this.chargeAwhile(site, charger, mine);
  }

  private async byCard(charger: Charger): Promise<void> {
    await charger.tap(this.chance.of(CARDS));
    await this.idle(3, 25);
  }

  private async chargeAwhile(site: Site, charger: Charger, mine: string): Promise<void> {
    await this.idle(3, 25);
    if (this.chance.next() < 0.5) return;
    const { sessions } = await site.asAdmin<{ sessions: Session[] }>("GET", "/api/sessions?limit=50");
    const running = sessions.find(({ cpId, endedAt }) => cpId === charger.cpId && endedAt === null);
    if (running) await site.asDriver("/api/stop", { sessionId: running.id, secret: mine });
    await this.idle(0, 3);
  }

  /** Plugs in, does what there is to do, and always takes the cable again. */
  private async visit(charger: Charger, what: () => Promise<void>): Promise<void> {
    charger.taken = true;
    await this.try("visit", async () => {
      await charger.plug();
      this.tally.visits += 1;
      await this.idle(0.5, 2);
      await what();
    });
    await this.try("leave", () => charger.unplug());
    charger.taken = false;
  }

  private free(site: Site): Charger | undefined {
    const places = site.chargers.filter(({ taken }) => !taken);
    return places.length > 0 ? this.chance.of(places) : undefined;
  }

  /** Whatever fails is a part of life here; it is counted by its code. */
  private async try(what: string, deed: () => Promise<void>): Promise<void> {
    try {
      await deed();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const code =
        /"code":"([a-z_]+)"/.exec(text)?.[1] ?? (text.includes("fetch failed") ? "unreachable" : text.slice(0, 120));
      const key = `${what}: ${code}`;
      this.tally.refusals.set(key, (this.tally.refusals.get(key) ?? 0) + 1);
    }
  }

  private idle(least: number, most: number): Promise<void> {
    return this.over() ? Promise.resolve() : pause(this.chance.between(least, most) * 1000);
  }
}

function secret(): string {
  return randomBytes(24).toString("base64url");
}
