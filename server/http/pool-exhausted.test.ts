import { expect, test } from "vitest";
import { database, transaction } from "@/db/client";
import { refusalOf } from "@/server/api/trpc";
import { startGateway } from "@/tests/support/gateway/gateway";
import { workspace } from "@/tests/support/people";
import { readiness } from "./readiness";

const poolSize = 5;

/** Takes all connections of the pool until the returned function is called. */
async function holdPool(): Promise<() => Promise<void>> {
  let free = () => {};
  const freed = new Promise<void>((resolve) => {
    free = resolve;
  });
  const holders: Promise<void>[] = [];
  await Promise.all(
    Array.from(
      { length: poolSize },
      () =>
        new Promise<void>((held) => {
          holders.push(
            transaction("read", {}, async (db) => {
              await db.execute("select");
              held();
              await freed;
            }),
          );
        }),
    ),
  );
  return async () => {
    free();
    await Promise.all(holders);
  };
}

test("IS-19 while every connection is taken, each door says 503 after three seconds, and works again afterwards", async () => {
  const acme = await workspace();
  const { secret } = await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" });
  const gateway = await startGateway();
  const models = () => fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } });
  const free = await holdPool();
  const [read, write, statement, program, ready] = await Promise.all([
    acme.admin.api.keys.list({ workspace: acme.slug }).catch(refusalOf),
    acme.admin.api.workspaces.rename({ workspace: acme.slug, name: "Another" }).catch(refusalOf),
    database().execute("select 1").catch(refusalOf),
    models(),
    readiness(),
  ]);
  for (const refused of [read, write, statement]) expect(refused).toMatchObject({ reason: "unavailable" });
  expect(program.status).toBe(503);
  expect(ready).toEqual({ isReady: false, because: "database" });
  await free();
  expect(await acme.admin.api.keys.list({ workspace: acme.slug })).toMatchObject({ rows: [{ name: "A key" }] });
  expect((await models()).status).not.toBe(503);
  expect(await readiness()).toEqual({ isReady: true });
  await gateway.close();
});
