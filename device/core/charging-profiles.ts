import { decodeProfile, encodeProfile, PURPOSE_DEFAULT, PURPOSE_MAX, PURPOSE_TX } from "./charging-profile";
import type { ChargingProfile } from "./charging-profile";
import { FOREVER, limitOf, lower, orElse, UNLIMITED } from "./charging-schedule";
import type { Limit, Moment } from "./charging-schedule";
import type { Saved, Store } from "./store";
import { addSeconds } from "./time";
import type { WallClock } from "./wall-clock";

/** Profiles that are held at once; those that are not of a transaction have a place in flash each. */
export const MAX_PROFILES = 6;

interface Installed {
  profile: ChargingProfile;
  /** Place in flash, -1 for a transaction's. */
  place: number;
}

/** The stack of charging profiles (OCPP 1.6 section 3.13) and the limit that it makes. */
export class ChargingProfiles {
  private installed: Installed[] = [];
  private inTx = false;
  private startedSec = 0;
  private awaited: ChargingProfile | undefined;
  private limitMa = UNLIMITED;
  private lookedSec = -1;

  constructor(
    private store: Store,
    saved: Saved,
    private clock: WallClock,
  ) {
    for (let place = 0; place < MAX_PROFILES; place++) {
      const profile = decodeProfile(saved[`p${place}`]);
      if (profile !== undefined) this.installed.push({ profile, place });
    }
  }

  /** Adds a profile in place of those with its id or its place in the stack (section 5.16.2). False where none is free. */
  install(profile: ChargingProfile): boolean {
    const kept: Installed[] = [];
    const replaced: Installed[] = [];
    for (const one of this.installed) (replaces(profile, one.profile) ? replaced : kept).push(one);
    if (kept.length >= MAX_PROFILES) return false;
    const fresh: Installed = { profile, place: -1 };
    if (profile.purpose !== PURPOSE_TX) this.keep(fresh, kept, replaced);
    for (const old of replaced) if (old.place >= 0 && old.place !== fresh.place) this.store.remove(`p${old.place}`);
    kept.push(fresh);
    this.installed = kept;
    this.lookedSec = -1;
    return true;
  }

  /** Into flash, over the profile that it replaces: a power cut leaves either. The same again costs no write. */
  private keep(fresh: Installed, kept: Installed[], replaced: Installed[]): void {
    const before = replaced.find((old) => old.place >= 0);
    let place = before === undefined ? 0 : before.place;
    if (before === undefined) while (kept.some((one) => one.place === place)) place++;
    fresh.place = place;
    const text = encodeProfile(fresh.profile);
    if (before === undefined || encodeProfile(before.profile) !== text) this.store.put(`p${place}`, text);
  }

  /** Removes what matches all that is given, -1 for any (ClearChargingProfile, section 5.3). False where nothing does. */
  clear(id: number, anyId: boolean, connectorId: number, purpose: number, stackLevel: number): boolean {
    const kept: Installed[] = [];
    for (const one of this.installed) {
      const p = one.profile;
      const named = anyId || p.id === id;
      const goes =
        named && fits(connectorId, p.connectorId) && fits(purpose, p.purpose) && fits(stackLevel, p.stackLevel);
      if (!goes) kept.push(one);
      else if (one.place >= 0) this.store.remove(`p${one.place}`);
    }
    const some = kept.length < this.installed.length;
    this.installed = kept;
    this.lookedSec = -1;
    return some;
  }

  /** A start is asked for: this profile, or none, goes with its transaction (RemoteStartTransaction, section 5.11). */
  expect(profile: ChargingProfile | undefined): void {
    this.awaited = profile;
  }

  /** A transaction begins. */
  begin(): void {
    this.inTx = true;
    this.startedSec = this.clock.upSec;
    this.lookedSec = -1;
    const profile = this.awaited;
    this.awaited = undefined;
    if (profile !== undefined) this.install(profile);
  }

  /** The transaction ends, and its profiles with it. */
  end(): void {
    this.inTx = false;
    this.clear(0, true, -1, PURPOSE_TX, -1);
  }

  /** The limit now, mA a phase, of `maxMa` at most; looked up once a second. */
  currentMa(maxMa: number): number {
    if (this.lookedSec !== this.clock.upSec) {
      this.lookedSec = this.clock.upSec;
      this.limitMa = this.limitIn(0).ma;
    }
    return this.limitMa === UNLIMITED ? maxMa : Math.min(this.limitMa, maxMa);
  }

  /** The limit in some seconds: the charge point's and the lower of that and the transaction's, its default where it has none. */
  limitIn(seconds: number): Limit {
    const moment: Moment = {
      at: addSeconds(this.clock.now, seconds),
      known: this.clock.synced,
      sinceStart: seconds + (this.inTx ? this.clock.upSec - this.startedSec : 0),
    };
    const ofDefault = orElse(this.leading(PURPOSE_DEFAULT, 1, moment), this.leading(PURPOSE_DEFAULT, 0, moment));
    const ofTx = orElse(this.leading(PURPOSE_TX, 1, moment), ofDefault);
    return lower(this.leading(PURPOSE_MAX, 0, moment), ofTx);
  }

  /** The highest stack level that sets a limit prevails (section 3.13.2). */
  private leading(purpose: number, connectorId: number, moment: Moment): Limit {
    const best: Limit = { ma: UNLIMITED, leftSec: FOREVER };
    let level = -1;
    for (const one of this.installed) {
      const profile = one.profile;
      if (profile.purpose !== purpose || profile.connectorId !== connectorId) continue;
      const limit = limitOf(profile, moment);
      best.leftSec = Math.min(best.leftSec, limit.leftSec);
      if (limit.ma === UNLIMITED || profile.stackLevel < level) continue;
      best.ma = limit.ma;
      level = profile.stackLevel;
    }
    return best;
  }
}

function fits(given: number, has: number): boolean {
  return given === -1 || given === has;
}

function replaces(fresh: ChargingProfile, old: ChargingProfile): boolean {
  const samePlace = fresh.purpose === old.purpose && fresh.stackLevel === old.stackLevel;
  return fresh.id === old.id || (samePlace && fresh.connectorId === old.connectorId);
}
