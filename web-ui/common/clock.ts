/** The viewer's clock, epoch ms. The only place of the pages that reads the time. */
export const now = (): number => Date.now();
