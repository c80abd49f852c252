/** A charger as the soak's people see it: a place to plug in, with a book of its own. */
export interface Charger {
  cpId: string;
  /** A person is at it. */
  taken: boolean;
  plug(): Promise<void>;
  /** Ends a session that runs, and takes the cable. */
  unplug(): Promise<void>;
  /** Holds a card to it, where it has a reader. */
  tap(idTag: string): Promise<void>;
  /** Nothing is plugged in and everything that it had to tell has been taken. */
  quiet(): Promise<boolean>;
  /** Its meter's register, Wh; null where that begins anew with each power cut. */
  registerWh(): Promise<number | null>;
}
