import * as booking from "../../shared/booking";

/** The rules that the simulated programs run by: the production code itself. A mutant is this object with a rule replaced. */
export const production = { ...booking };

export type Rules = typeof production;
