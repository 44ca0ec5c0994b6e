import { sql } from "drizzle-orm";
import { bigint, check, date, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { ClassPrices } from "@/server/usage/classes";
import { instant } from "./columns";

/**
 * What models cost from a day (UTC) on, as operators set it: micro-units a million tokens or units. The ledger keeps with each line the
 * prices that were applied to it, so that a change here changes no line.
 */
export const modelPrices = pgTable(
  "model_prices",
  {
    /** "*": every model that has no price of its own. */
    model: text().notNull(),
    validFrom: date({ mode: "string" }).notNull(),
    inputPrice: bigint({ mode: "number" }).notNull(),
    outputPrice: bigint({ mode: "number" }).notNull(),
    /** Of being fine-tuned; null: this price does not say. */
    trainingPrice: bigint({ mode: "number" }),
    /** Which part of all of it a line of a batch costs, in millionths; null: all. */
    batchFactor: integer(),
    /** Of the classes with a price of their own; null: none. */
    classPrices: jsonb().$type<ClassPrices>(),
    changedAt: instant().notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.model, table.validFrom] }),
    check("model_prices_batch_factor", sql`${table.batchFactor} between 1 and 1000000`),
    check("model_prices_model", sql`length(${table.model}) between 1 and 256 and ${table.model} !~ '[^!-~]'`),
    check(
      "model_prices_amounts",
      sql`${table.inputPrice} >= 0 and ${table.outputPrice} >= 0 and ${table.trainingPrice} >= 0`,
    ),
  ],
);
