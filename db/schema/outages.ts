import { pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns";

/** The latest outage of each of the instance's model servers: the operators are mailed of each once. */
export const providerOutages = pgTable("provider_outages", {
  /** The server's name. */
  server: text().primaryKey(),
  begunAt: instant().notNull().defaultNow(),
  /** When a process found last that it was not to be reached. */
  lastAt: instant().notNull().defaultNow(),
});
