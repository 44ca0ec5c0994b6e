import { and, asc, count, eq, type SQL, sql } from "drizzle-orm";
import { actAsOperator, actInside, type Db } from "@/db/client";
import { modelPrices } from "@/db/schema/prices";
import { usageHourly } from "@/db/schema/usage";
import { escapeLike } from "@/server/api/like";
import type { PriceSetting } from "@/server/platform/settings/prices";

/** The most prices that are shown; others can be searched. */
export const mostShown = 200;

const columns = {
  model: modelPrices.model,
  from: modelPrices.validFrom,
  inputPrice: modelPrices.inputPrice,
  outputPrice: modelPrices.outputPrice,
  trainingPrice: modelPrices.trainingPrice,
  batchFactor: modelPrices.batchFactor,
  classPrices: modelPrices.classPrices,
};

/**
 * Returns the prices of models whose id contains the text, by model and then by day. `isMore`: there are more than are
 * shown.
 */
export async function list(db: Db, search: string) {
  const matching: SQL | undefined = search
    ? sql`lower(${modelPrices.model}) like ${`%${escapeLike(search.toLowerCase())}%`}`
    : undefined;
  const rows = await db
    .select(columns)
    .from(modelPrices)
    .where(matching)
    .orderBy(asc(modelPrices.model), asc(modelPrices.validFrom))
    .limit(mostShown + 1);
  return { rows: rows.slice(0, mostShown), isMore: rows.length > mostShown };
}

/** Returns the stored prices of these models and days. */
export async function findMany(db: Db, prices: PriceSetting[]): Promise<Map<string, PriceSetting>> {
  const wanted = JSON.stringify(prices.map(({ model, from }) => ({ model, from })));
  const rows = await db
    .select(columns)
    .from(modelPrices)
    .where(
      sql`(${modelPrices.model}, ${modelPrices.validFrom}) in (
        select w.model, w."from" from jsonb_to_recordset(${wanted}::text::jsonb) as w (model text, "from" date))`,
    );
  return new Map(
    rows.map(({ trainingPrice, batchFactor, classPrices, ...row }) => [
      `${row.model} ${row.from}`,
      {
        ...{ ...row, ...(trainingPrice !== null && { trainingPrice }) },
        ...{ ...(batchFactor !== null && { batchFactor }), ...(classPrices && { classPrices }) },
      },
    ]),
  );
}

/** Returns the number of stored prices. */
export async function total(db: Db): Promise<number> {
  const [row] = await db.select({ n: count() }).from(modelPrices);
  return row?.n ?? 0;
}

/** Locks the prices until the transaction ends. */
export async function lockPrices(db: Db): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtext('model_prices'))`);
}

/** Sets prices in one statement: all or none. */
export async function setMany(db: Db, prices: PriceSetting[]): Promise<void> {
  await db.execute(sql`
    insert into ${modelPrices} (model, valid_from, input_price, output_price, training_price, batch_factor, class_prices)
    select p.model, p."from", p."inputPrice", p."outputPrice", p."trainingPrice", p."batchFactor", p."classPrices"
    from jsonb_to_recordset(${JSON.stringify(prices)}::text::jsonb)
      as p (model text, "from" date, "inputPrice" bigint, "outputPrice" bigint, "trainingPrice" bigint,
        "batchFactor" int, "classPrices" jsonb)
    on conflict (model, valid_from) do update set input_price = excluded.input_price, output_price = excluded.output_price,
      training_price = excluded.training_price, batch_factor = excluded.batch_factor, class_prices = excluded.class_prices, changed_at = now()`);
}

/** Deletes a price. Returns false when there is none. */
export async function remove(db: Db, model: string, from: string): Promise<boolean> {
  const rows = await db
    .delete(modelPrices)
    .where(and(eq(modelPrices.model, model), eq(modelPrices.validFrom, from)))
    .returning({ model: modelPrices.model });
  return rows.length > 0;
}

/** The usage of a base model in the last full days: its tokens, and the number of hours with usage. */
export type Measured = { promptTokens: number; completionTokens: number; hours: number };

/**
 * Returns the usage of a base model in all workspaces together. Nothing else is read: the job's row policy hides the
 * workspaces' own models.
 */
export async function measured(db: Db, model: string, days: number): Promise<Measured> {
  await actInside(db);
  await db.execute(sql`select set_config('app.job', 'hardware-prices', true)`);
  const [row] = await db
    .select({
      promptTokens: sql`coalesce(sum(${usageHourly.promptTokens}), 0)`.mapWith(Number),
      completionTokens: sql`coalesce(sum(${usageHourly.completionTokens}), 0)`.mapWith(Number),
      hours: sql`count(distinct ${usageHourly.hour})`.mapWith(Number),
    })
    .from(usageHourly)
    .where(
      sql`${usageHourly.model} = ${model} and ${usageHourly.hour} < date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'
        and ${usageHourly.hour} >= date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - make_interval(days => ${days})`,
    );
  await db.execute(sql`select set_config('app.job', '', true)`);
  await actAsOperator(db);
  return row ?? { promptTokens: 0, completionTokens: 0, hours: 0 };
}
