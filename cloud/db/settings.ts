import type { Db } from "./database";

/** A value that all processes share and that is made once: the first process to ask writes it, the others read what it wrote. */
export async function sharedSetting(db: Db, name: string, make: () => string): Promise<string> {
  await db
    .insertInto("settings")
    .values({ name, value: make() })
    .onConflict((conflict) => conflict.column("name").doNothing())
    .execute();
  return (await db.selectFrom("settings").select("value").where("name", "=", name).executeTakeFirstOrThrow()).value;
}
