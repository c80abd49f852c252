/** A switch that is believed when it has stood for a while. */
export class Debounce {
  on = false;
  private stood = 0;

  constructor(private standMs: number) {}

  /** `ms` have passed and the pin says `raw`. */
  update(ms: number, raw: boolean): boolean {
    this.stood = raw === this.on ? 0 : this.stood + ms;
    if (this.stood >= this.standMs) {
      this.on = raw;
      this.stood = 0;
    }
    return this.on;
  }
}
