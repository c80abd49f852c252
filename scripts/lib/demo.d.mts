/** What the demo made, or found again. */
export interface Demo {
  email: string;
  password: string;
  adminToken: string;
  /** File with the password of both virtual chargers, CP1 and CP2. */
  passwordFile: string;
  /** Folder for the flash of the virtual chargers. */
  chargerData: string;
}

/** Whom the demo's site belongs to. */
export const demoEmail: string;

export function provisionDemo(options: {
  root: string;
  cloudUrl: string;
  publicUrl: string | undefined;
  hubUrl: string;
  hubData: string | undefined;
  adminToken: string | undefined;
  /** Where addresses are verified: does that for the demo's owner. */
  verify?: () => Promise<void>;
}): Promise<Demo>;
