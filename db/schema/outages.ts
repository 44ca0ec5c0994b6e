import { pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns";

/** The latest outage of each of the instance's model servers. Operators get one mail per outage. */
export const providerOutages = pgTable("provider_outages", {
  /** The server's name. */
  server: text().primaryKey(),
  begunAt: instant().notNull().defaultNow(),
  /** When a process last failed to reach it. */
  lastAt: instant().notNull().defaultNow(),
});
