import type postgres from "postgres";

type More = { from?: string; input?: number; output?: number };

/** Sets the price of a model, in micro-units per million tokens, unless it already has one. */
export async function insertPrice(
  sql: postgres.ISql,
  model: string,
  { from = "2026-01-01", input = 200_000, output = 600_000 }: More = {},
): Promise<void> {
  await sql`
    insert into model_prices (model, valid_from, input_price, output_price) values (${model}, ${from}, ${input}, ${output})
    on conflict do nothing`;
}
