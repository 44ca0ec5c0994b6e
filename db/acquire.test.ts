import type postgres from "postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { limitAcquisition } from "./acquire";
import { connect } from "./connect";
import { guardTransactions } from "./guard";

let pool: postgres.Sql;
let hold: Promise<unknown>;
let free: () => void;

/** A pool of one connection, which is held. */
beforeEach(async () => {
  pool = connect(process.env.DATABASE_URL ?? "", { max: 1, fetch_types: false });
  await new Promise<void>((held) => {
    hold = pool.begin(async (tx) => {
      await tx`select`;
      await new Promise<void>((resolve) => {
        free = resolve;
        held();
      });
    });
  });
});

afterEach(async () => {
  free();
  await hold;
  await pool.end({ timeout: 1 });
});

const given = (limited: postgres.Sql) => ({
  "a transaction": () => limited.begin((tx) => tx`insert into rate_buckets values ('late', 1, now())`),
  "a statement": () => limited`insert into rate_buckets values (${"late"}, 1, now())`,
  "a statement of drizzle's": () =>
    limited.unsafe("insert into rate_buckets values ($1, 1, now())", ["late"], { prepare: true }).values(),
});

describe.each(
  Object.keys(given(limitAcquisition(connect("postgres://unused"), 1))) as (keyof ReturnType<typeof given>)[],
)("%s that no connection comes free for", (kind) => {
  test("is refused after a while and never run, and the connection is as good as before", async () => {
    const limited = guardTransactions(limitAcquisition(pool, 50), "read write");
    await expect(given(limited)[kind]()).rejects.toMatchObject({ code: "POOL_EXHAUSTED" });
    free();
    await hold;
    expect(await limited`select 1 as n`).toEqual([{ n: 1 }]);
    expect(await owner`select from rate_buckets where key = 'late'`).toEqual([]);
  });

  test("runs when one does", async () => {
    const limited = guardTransactions(limitAcquisition(pool, 20_000), "read write");
    const run = given(limited)[kind]();
    const outcome = Promise.resolve(run).then(() => "done");
    free();
    expect(await outcome).toBe("done");
    expect((await owner`delete from rate_buckets where key = 'late'`).count).toBe(1);
  });
});

test("IS-19 the application's connections have the settings that are asked for", async () => {
  const { database } = await import("./client");
  const [row] = await database().execute<Record<string, string>>(
    "select current_setting('max_parallel_workers_per_gather') as workers, current_setting('statement_timeout') as statement, current_user as role",
  );
  expect(row).toEqual({ workers: "0", statement: "15s", role: "atelier_app" });
});
