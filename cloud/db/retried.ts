import pg from "pg";

/** Errors of PostgreSQL that another try mends: deadlock, serialisation, and an exclusion constraint where two sides met after all. */
const worthAnother = new Set(["40P01", "40001", "23P01"]);
const TRIES = 5;

/** Does a whole transaction, again where it met another. Throws what the last try throws, and whatever another try would not mend. */
export async function retried<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction();
    } catch (error) {
      const again = error instanceof pg.DatabaseError && worthAnother.has(error.code ?? "");
      if (!again || attempt === TRIES) throw error;
    }
  }
}
