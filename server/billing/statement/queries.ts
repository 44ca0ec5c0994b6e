import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import type { Operation } from "@/server/platform/settings/endpoints";
import {
  type ClassCounts,
  type ClassPrices,
  type CountedClass,
  columnOf,
  countedClasses,
} from "@/server/usage/classes";

/**
 * The usage of one key, of one model and at one price, in a month. Money is in micro-units, prices are per million
 * tokens.
 */
export type Line = {
  model: string;
  /** The endpoint that was called, or fine-tuning. */
  operation: Operation;
  keyId: string | null;
  keyName: string | null;
  memberId: string | null;
  memberName: string | null;
  inputPrice: number;
  outputPrice: number;
  /** The prices of the used classes that have their own. It is the same for all requests of the line. */
  classPrices: ClassPrices;
  requests: number;
  errors: number;
  promptTokens: number;
  completionTokens: number;
  /** The usage by class; a class that was not used is missing. */
  classes: ClassCounts;
  cost: number;
  /** The tags that all requests of the line carry; null: none. */
  tags: string[] | null;
};

/** The number of requests, their usage and their cost. */
export type Sums = Pick<Line, "requests" | "errors" | "promptTokens" | "completionTokens" | "classes" | "cost">;

/**
 * Returns the ledger of a month by model, key, member, tags and price, highest cost first, at most `limit` lines; and
 * the sums of all lines, including those beyond the limit.
 *
 * @param month "2026-11", in UTC
 */
export async function lines(
  db: Db,
  workspaceId: string,
  month: string,
  limit: number,
): Promise<{ lines: Line[]; total: Sums }> {
  const first = sql`${`${month}-01`}::timestamp`;
  const rows = await db.execute<Row>(sql`
    with line as (
      select model, operation, key_id, member_id, input_price, output_price, class_prices,
        ${classSums}, count(*) as requests, count(*) filter (where status >= 400) as errors,
        sum(prompt_tokens) as prompt_tokens, sum(completion_tokens) as completion_tokens, sum(cost) as cost, to_jsonb(tags) as tag_list
      from usage_ledger
      where workspace_id = ${workspaceId}
        and at >= ${first} at time zone 'UTC' and at < (${first} + interval '1 month') at time zone 'UTC'
      group by model, operation, key_id, member_id, input_price, output_price, class_prices, tags
    ), kept as (select * from line order by cost desc, model, operation, key_id, member_id, input_price, output_price, class_prices, tag_list limit ${limit})
    select kept.*, k.name as key_name, u.name as member_name from kept
      left join api_keys k on k.workspace_id = ${workspaceId} and k.id = kept.key_id
      left join users u on u.id = kept.member_id
    union all
    select null, null, null, null, null, null, null, ${classTotals}, sum(requests), sum(errors), sum(prompt_tokens), sum(completion_tokens), sum(cost), null, null, null
      from line
    order by cost desc nulls last, model nulls first, operation, key_id, member_id, input_price, output_price, class_prices, tag_list`);
  const all = [...rows];
  const total = all.find((row) => row.model === null);
  return { lines: all.filter((row) => row !== total).map(lineOf), total: sumsOf(total ?? {}) };
}

type Row = Record<string, string | null> & {
  operation: Operation | null;
  class_prices: ClassPrices | null;
  tag_list: string[] | null;
};

const snake = (name: CountedClass) => columnOf[name].replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const perClass = (of: (column: string) => string) => sql.raw(countedClasses.map((name) => of(snake(name))).join(", "));
const classSums = perClass((column) => `sum(${column}) as ${column}`);
const classTotals = perClass((column) => `sum(${column})`);

function sumsOf(row: Partial<Row>): Sums {
  return {
    requests: Number(row.requests ?? 0),
    errors: Number(row.errors ?? 0),
    promptTokens: Number(row.prompt_tokens ?? 0),
    completionTokens: Number(row.completion_tokens ?? 0),
    classes: Object.fromEntries(
      countedClasses.flatMap((name) => {
        const count = Number(row[snake(name)] ?? 0);
        return count > 0 ? [[name, count]] : [];
      }),
    ),
    cost: Number(row.cost ?? 0),
  };
}

function lineOf(row: Row): Line {
  return {
    model: row.model ?? "",
    operation: row.operation as Operation,
    keyId: row.key_id ?? null,
    keyName: row.key_name ?? null,
    memberId: row.member_id ?? null,
    memberName: row.member_name ?? null,
    inputPrice: Number(row.input_price),
    outputPrice: Number(row.output_price),
    classPrices: row.class_prices ?? {},
    tags: row.tag_list ?? null,
    ...sumsOf(row),
  };
}
