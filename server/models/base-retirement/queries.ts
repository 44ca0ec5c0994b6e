import { asc, type SQL, sql } from "drizzle-orm";
import { transaction } from "@/db/client";
import { baseRetirements } from "@/db/schema/retirements";

/** The announced retirement of a base model at the time of reading, by the database's clock. */
export type KeptRetirement = {
  modelId: string;
  /** Its aliases, which end with it. */
  aliases: string[];
  announcedAt: Date;
  retiresAt: Date;
  successor: string | null;
  afterwards: "refuse" | "successor";
  rehearsalEndsAt: Date | null;
  /** The milliseconds until the day; 0 or less: it has come. */
  msToDay: number;
  /** The milliseconds until the rehearsal ends; 0 or less: there is none. */
  msOfRehearsal: number;
};

const msUntil = (moment: SQL) =>
  sql<number>`coalesce(extract(epoch from ${moment} - clock_timestamp()) * 1000, 0)::float8`;

/** Reads the announced retirements of all base models, in its own transaction. For the process's copy. */
export function readAll(): Promise<KeptRetirement[]> {
  return transaction("read", {}, (db) =>
    db
      .select({
        modelId: baseRetirements.modelId,
        aliases: baseRetirements.aliases,
        announcedAt: baseRetirements.announcedAt,
        retiresAt: baseRetirements.retiresAt,
        successor: baseRetirements.successor,
        afterwards: baseRetirements.afterwards,
        rehearsalEndsAt: baseRetirements.rehearsalEndsAt,
        msToDay: msUntil(sql`${baseRetirements.retiresAt}`),
        msOfRehearsal: msUntil(sql`${baseRetirements.rehearsalEndsAt}`),
      })
      .from(baseRetirements)
      .orderBy(asc(baseRetirements.modelId)),
  );
}
