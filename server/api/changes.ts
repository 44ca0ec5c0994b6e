import type { Db } from "@/db/client";
import { type Limit, limits } from "@/server/platform/throttling/limits";
import { charge } from "./charge";
import type { Person } from "./context";
import { type Freshness, freshnessCheck } from "./freshness";
import type { Meta } from "./trpc";

/** Returns the part of a procedure's meta that makes it a change. Without a freshness it is none, and only reads. */
export function declaring(freshness: Freshness | undefined, limit: Limit = limits.changesPerPerson): Meta {
  return { access: "signed-in", ...(freshness ? { freshness, limit } : {}) };
}

/** Holds one call of a procedure to what it declares: how fresh the sign-in is, and how often a person may do it. */
export function changeBy(person: Person, type: string, meta: Meta | undefined) {
  const { freshness = "any" } = meta ?? {};
  // Reading leaves nothing behind that would have to be counted.
  const limit = type === "mutation" ? meta?.limit : undefined;
  const { signIn, begin, end } = freshnessCheck(freshness, person);
  const count = async (db: Db) => {
    if (limit) await charge(db, limit, person.id);
  };
  return {
    signIn,
    limit,
    /**
     * Runs a change that is one transaction. It is counted last: what is refused costs nothing, and what one person does at
     * the same time waits for each other no longer than for that.
     */
    within: async <T>(db: Db, run: () => Promise<T>): Promise<T> => {
      begin();
      const result = await run();
      end();
      await count(db);
      return result;
    },
    /** Before a change in steps: counted whatever becomes of it, for waiting is what costs. */
    before: (db: Db) => {
      begin();
      return count(db);
    },
    after: <T extends { ok: boolean }>(result: T): T => {
      if (result.ok) end();
      return result;
    },
  };
}
