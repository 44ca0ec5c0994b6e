import type { Db } from "@/db/client";
import { type Limit, limits } from "@/server/platform/throttling/limits";
import { charge } from "./charge";
import type { Person } from "./context";
import { type Freshness, freshnessCheck } from "./freshness";
import type { Meta } from "./trpc";

/** Returns the part of a procedure's meta that makes it a change. Without a freshness the procedure is a query. */
export function declaring(freshness: Freshness | undefined, limit: Limit = limits.changesPerPerson): Meta {
  return { access: "signed-in", ...(freshness ? { freshness, limit } : {}) };
}

/**
 * Applies what a procedure declares to one call of it: how recently the person must have signed in, and how often
 * they may call it.
 */
export function changeBy(person: Person, type: string, meta: Meta | undefined) {
  const { freshness = "any" } = meta ?? {};
  // A query writes nothing, so it is not counted.
  const limit = type === "mutation" ? meta?.limit : undefined;
  const { signIn, begin, end } = freshnessCheck(freshness, person);
  const count = async (db: Db) => {
    if (limit) await charge(db, limit, person.id);
  };
  return {
    signIn,
    limit,
    /**
     * Runs a change that is one transaction. The call is counted last, for two reasons: a refused call does not
     * count, and simultaneous changes of one person wait for each other's counter only for a short time.
     */
    within: async <T>(db: Db, run: () => Promise<T>): Promise<T> => {
      begin();
      const result = await run();
      end();
      await count(db);
      return result;
    },
    /**
     * Begins a change that takes several transactions. It is counted whatever its outcome, because waiting for other
     * services is what it costs.
     */
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
