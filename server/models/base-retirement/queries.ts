import { asc, type SQL, sql } from "drizzle-orm";
import { transaction } from "@/db/client";
import { baseRetirements } from "@/db/schema/retirements";

/** The announced end of a base model as it was when it was read, by the database's clock. */
export type KeptRetirement = {
  modelId: string;
  /** Its other names, which end with it. */
  aliases: string[];
  announcedAt: Date;
  retiresAt: Date;
  successor: string | null;
  afterwards: "refuse" | "successor";
  rehearsalEndsAt: Date | null;
  /** In how many milliseconds the day comes; not above 0: it has come. */
  msToDay: number;
  /** For how many milliseconds a rehearsal goes on; not above 0: none does. */
  msOfRehearsal: number;
};

const msUntil = (moment: SQL) =>
  sql<number>`coalesce(extract(epoch from ${moment} - clock_timestamp()) * 1000, 0)::float8`;

/** Reads the announced ends of all base models. For the process, which knows them all. */
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
