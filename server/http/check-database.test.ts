import { afterEach, describe, expect, test, vi } from "vitest";
import { disconnect } from "@/db/client";
import { owner } from "@/tests/support/database";
import { postgresProxy } from "@/tests/support/fakes/postgres-proxy";

const { DATABASE_APP_URL, KEY_PEPPER } = process.env;

/** Imports the module as another process would: with the present environment and no caches. */
async function fresh(): Promise<{ check(): Promise<void>; ready(): Promise<unknown> }> {
  await disconnect();
  delete (globalThis as { atelierPoolerChecked?: boolean }).atelierPoolerChecked;
  vi.resetModules();
  const [{ checkDatabase }, { readiness }] = await Promise.all([import("./check-database"), import("./readiness")]);
  return { check: checkDatabase, ready: readiness };
}

afterEach(async () => {
  Object.assign(process.env, { DATABASE_APP_URL, KEY_PEPPER });
  await fresh();
});

describe("IS-19 a pooler that forgets prepared statements", () => {
  test("is named at the start, and makes the instance not ready", async () => {
    const proxy = await postgresProxy(DATABASE_APP_URL ?? "", { forgetsStatements: true });
    process.env.DATABASE_APP_URL = proxy.url;
    const { check, ready } = await fresh();
    await expect(check()).rejects.toThrow(
      "The pooler in front of PostgreSQL forgets prepared statements. Use PgBouncer 1.21 or newer",
    );
    expect(await ready()).toEqual({ isReady: false, because: "pooler" });
    await disconnect();
    proxy.close();
  });

  test("one that keeps them is ready", async () => {
    const proxy = await postgresProxy(DATABASE_APP_URL ?? "", {});
    process.env.DATABASE_APP_URL = proxy.url;
    const { check, ready } = await fresh();
    await check();
    expect(await ready()).toEqual({ isReady: true });
    await disconnect();
    proxy.close();
  });
});

test("a database that does not answer stops no start; the instance is not ready", async () => {
  process.env.DATABASE_APP_URL = "postgres://atelier_app@127.0.0.1:9/atelier";
  const { check, ready } = await fresh();
  await check();
  expect(await ready()).toEqual({ isReady: false, because: "database" });
});

test("IS-19 another KEY_PEPPER than the database's stops the start", async () => {
  await (await fresh()).check();
  const kept = await owner`select * from key_peppers`;
  expect(kept).toHaveLength(1);
  process.env.KEY_PEPPER = "another-pepper-for-tests-0123456789-abcdefg";
  await expect((await fresh()).check()).rejects.toThrow(
    "KEY_PEPPER is not the one that this database's API keys were made with, so every key would be refused.",
  );
  expect(await owner`select * from key_peppers`).toEqual(kept);
  Object.assign(process.env, { KEY_PEPPER });
  await (await fresh()).check();
});
