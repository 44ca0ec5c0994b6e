import { sql } from "drizzle-orm";
import { bigint, check, date, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { ClassPrices } from "@/server/usage/classes";
import { instant } from "./columns";

/**
 * The prices of models from a day (UTC) on, set by operators: in micro-units per million tokens or units. Each ledger
 * line contains the prices that were applied, so a change here changes no line.
 */
export const modelPrices = pgTable(
  "model_prices",
  {
    /** "*": every model without its own price. */
    model: text().notNull(),
    validFrom: date({ mode: "string" }).notNull(),
    inputPrice: bigint({ mode: "number" }).notNull(),
    outputPrice: bigint({ mode: "number" }).notNull(),
    /** The price of training; null: not set. */
    trainingPrice: bigint({ mode: "number" }),
    /** The share of these prices that a line of a batch costs, in millionths; null: the full price. */
    batchFactor: integer(),
    /** The prices of classes that have their own; null: none. */
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
