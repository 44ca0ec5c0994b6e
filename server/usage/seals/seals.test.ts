import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ledgerHead, momentLines } from "@/app/w/[workspace]/billing/statement/ledger/lines";
import { transaction } from "@/db/client";
import { owner } from "@/tests/support/database";
import { use } from "@/tests/support/factories/usage";
import { workspace } from "@/tests/support/people";
import { reserve, settle, settled } from "../metering";
import { ledgerColumns } from "./columns";
import { sealDue } from "./job";
import { seal } from "./queries";

process.env.PRICES = JSON.stringify([
  { model: "large", input: "2", output: "8", cacheRead: "0.2", reasoning: "10", request: "0.001" },
]);

let acme: Awaited<ReturnType<typeof workspace>>;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "ledger-"));
  const doc = await readFile("docs/spending.md", "utf8");
  const script = /```js\n([\s\S]*?)```/.exec(doc)?.[1] ?? "";
  expect(script.trim().split("\n").length).toBeLessThanOrEqual(50);
  await writeFile(path.join(folder, "verify.mjs"), script);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  acme = await workspace();
});

/** Requests that the application settles, each with classes and prices of its own, one with letters that JSON escapes. */
async function traffic(): Promise<void> {
  const ids = Array.from({ length: 6 }, () => randomUUID());
  for (const [i, id] of ids.entries()) {
    await reserve({
      ...{ id, workspaceId: acme.id, keyId: null, memberId: acme.admin.person.id, seconds: 60 },
      ...{
        model: i % 2 ? "large" : 'free "\u0001é\u2028\\',
        upstreamModel: "m",
        operation: "chat",
        isStreamed: i % 3 === 0,
      },
      ...{ promptTokens: 100, completionTokens: 100 },
    });
    const usage = { promptTokens: 101 + i, completionTokens: 50, classes: { cacheRead: 90, reasoning: i, page: 3 } };
    settle(acme.id, id, {
      status: 200,
      errorCode: null,
      usage,
      usageSource: "reported",
      firstByteMs: null,
      totalMs: i,
    });
    if (i % 2) await settled();
  }
  await settled();
}

const sealAll = async () => {
  while (await sealDue());
};
const month = (offset = 0) => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1)).toISOString().slice(0, 7);
};

/** A month as it is downloaded, some links at a time. */
async function download(of = month()): Promise<string> {
  const { billing } = acme.admin.api;
  const head = await billing.sealedMonth({ workspace: acme.slug, month: of });
  let text = ledgerHead(head);
  for (let from = head.first || null; from !== null; ) {
    const part = await billing.sealedPart({ workspace: acme.slug, month: of, from, last: head.last });
    text += part.moments.map(momentLines).join("");
    from = part.next;
  }
  return text;
}

/** What the script in the documents says of files. */
async function verify(...texts: string[]): Promise<{ code: number; said: string }> {
  const files = texts.map((_, i) => path.join(folder, `${i}.jsonl`));
  await Promise.all(texts.map((text, i) => writeFile(files[i] ?? "", text)));
  return new Promise((resolve) =>
    execFile(process.execPath, [path.join(folder, "verify.mjs"), ...files], (error, out, err) =>
      resolve({ code: error ? 1 : 0, said: out + err }),
    ),
  );
}

const flaw = async () => (await owner`select usage_chain_flaw(${acme.id}) as flaw`)[0]?.flaw;
/** Does what only the owner of the database can. */
const rewrite = (change: (sql: typeof owner) => Promise<unknown>) =>
  owner.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await change(sql as unknown as typeof owner);
  });

test("a download verifies offline, and comes to what the statement says", async () => {
  await traffic();
  await sealAll();
  const [sums] =
    await owner`select count(*)::int as n, sum(cost)::int as cost from usage_ledger where workspace_id = ${acme.id}`;
  expect(sums?.cost).toBeGreaterThan(3_000);
  const { code, said } = await verify(await download());
  expect([code, said]).toEqual([
    0,
    expect.stringContaining(`: ${sums?.n} lines, ${sums?.cost} millionths of EUR, whole`),
  ]);
  const statement = await acme.admin.api.billing.statement({ workspace: acme.slug });
  expect(statement.total.cost).toBe(sums?.cost);
  expect(await flaw()).toBeNull();
});

test("every value of every line is sealed: a file in which one is another does not verify", async () => {
  await traffic();
  await sealAll();
  const text = await download();
  const rows = text.split("\n");
  const at = rows.findIndex((row) => row.startsWith("["));
  const line = JSON.parse(rows[at] ?? "") as unknown[];
  for (const [i, value] of line.entries()) {
    const other =
      typeof value === "number" ? value + 1 : typeof value === "boolean" ? !value : value === null ? 1 : `${value}x`;
    const changed = rows.with(at, JSON.stringify(line.with(i, other)));
    expect([i, (await verify(changed.join("\n"))).code]).toEqual([i, 1]);
  }
  const without = rows.toSpliced(at, 1).join("\n");
  const twice = rows.toSpliced(at, 0, rows[at] ?? "").join("\n");
  const moved = rows
    .with(at, rows[at + 1] ?? "")
    .with(at + 1, rows[at] ?? "")
    .join("\n");
  const cut = text.trimEnd().split("\n").slice(0, -1).join("\n");
  for (const file of [without, twice, moved, cut]) expect((await verify(file)).code).toBe(1);
});

test.each<[string, (sql: typeof owner) => Promise<unknown>]>([
  [
    "a cost is lowered",
    (sql) => sql`update usage_ledger set cost = cost - 1 where workspace_id = ${acme.id} and cost > 0`,
  ],
  ["tokens are raised", (sql) => sql`update usage_ledger set cache_read_tokens = 91 where workspace_id = ${acme.id}`],
  [
    "a price of a class is put in",
    (sql) =>
      sql`update usage_ledger set class_prices = '{"page": 0}' where workspace_id = ${acme.id} and class_prices is null`,
  ],
  ["a line is deleted", (sql) => sql`delete from usage_ledger where workspace_id = ${acme.id} and total_ms = 3`],
  [
    "a line is slipped in",
    (sql) => sql`
      insert into usage_ledger (workspace_id, at, id, model, upstream_model, operation, is_streamed, status, prompt_tokens, completion_tokens,
        input_price, output_price, cost, usage_source, total_ms)
      values (${acme.id}, now(), gen_random_uuid(), 'm', 'm', 'chat', false, 200, 1, 1, 1000000, 1000000, 2, 'reported', 1)`,
  ],
  ["a link is taken out", (sql) => sql`delete from usage_seals where workspace_id = ${acme.id} and sequence = 2`],
])("in the database %s: found by the script and by the rebuild", async (_, change) => {
  await traffic();
  await sealAll();
  await rewrite(change);
  expect(await flaw()).not.toBeNull();
  expect((await verify(await download())).code).toBe(1);
});

test("every column of the ledger is sealed", async () => {
  const columns = await owner<{ name: string; type: string }[]>`
    select column_name as name, data_type as type from information_schema.columns where table_name = 'usage_ledger'`;
  expect(columns.length).toBeGreaterThan(30);
  await use(owner, acme.id, [{}]);
  const [line] = await owner`select sealed_line(l) as text from usage_ledger l where l.workspace_id = ${acme.id}`;
  // As lines were sealed before there were routes.
  expect(JSON.parse(line?.text)).toHaveLength(ledgerColumns.indexOf("route"));
  const [routed] = await owner`
    select sealed_line(jsonb_populate_record(l, '{"route": "route/fast"}')) as text from usage_ledger l
    where l.workspace_id = ${acme.id}`;
  expect(JSON.parse(routed?.text)).toEqual([...JSON.parse(line?.text), "route/fast"]);
  expect(JSON.parse(routed?.text)).toHaveLength(ledgerColumns.indexOf("tags"));
  const [tagged] = await owner`
    select sealed_line(jsonb_populate_record(l, '{"tags": ["a", "b"]}')) as text from usage_ledger l
    where l.workspace_id = ${acme.id}`;
  expect(JSON.parse(tagged?.text)).toEqual([...JSON.parse(line?.text), null, ["a", "b"]]);
  expect(JSON.parse(tagged?.text)).toHaveLength(ledgerColumns.indexOf("end_user"));
  const endUser = "0b8f5c0e-0000-4000-8000-000000000000";
  const [named] = await owner`
    select sealed_line(jsonb_populate_record(l, jsonb_build_object('end_user', ${endUser}::text))) as text from usage_ledger l
    where l.workspace_id = ${acme.id}`;
  expect(JSON.parse(named?.text)).toEqual([...JSON.parse(line?.text), null, null, endUser]);
  expect(JSON.parse(named?.text)).toHaveLength(ledgerColumns.length);
  const others: Record<string, string> = {
    ...{
      uuid: "gen_random_uuid()",
      text: "'other'",
      boolean: "true",
      jsonb: `'{"page": 7}'::jsonb`,
      bigint: "7",
      integer: "7",
    },
    ...{ ARRAY: `'["a"]'::jsonb`, smallint: "7", "timestamp with time zone": "now() - interval '1 second'" },
  };
  for (const { name, type } of columns) {
    const value = name === "operation" ? "'embeddings'" : name === "usage_source" ? "'none'" : others[type];
    const [changed] = await owner.unsafe(
      `select sealed_line(jsonb_populate_record(l, jsonb_build_object('${name}', ${value}))) as text from usage_ledger l where workspace_id = '${acme.id}'`,
    );
    expect([name, changed?.text === line?.text]).toEqual([name, false]);
  }
});

test("months follow each other, with what was sealed out of its order in between", async () => {
  const last = new Date(`${month(-1)}-28T12:00:00Z`);
  await use(owner, acme.id, [{ at: last }]);
  await sealAll();
  await traffic();
  await sealAll();
  // Written late: a moment of the month before behind those of this one.
  await use(owner, acme.id, [{ at: new Date(last.getTime() + 1) }]);
  await sealAll();
  const [before, now] = [await download(month(-1)), await download()];
  expect((await verify(before)).said).toContain(": 2 lines");
  expect((await verify(now)).said).toContain(": 6 lines");
  expect(before).toContain('"digest"');
  expect(await flaw()).toBeNull();
});

test("a file that does not follow the one before it is found", async () => {
  await use(owner, acme.id, [{ at: new Date(`${month(-1)}-28T12:00:00Z`) }]);
  await traffic();
  await sealAll();
  const [before, now] = [await download(month(-1)), await download()];
  expect((await verify(before, now)).code).toBe(0);
  expect((await verify(now, before)).code).toBe(1);
});

test("what is not sealed yet is in no download, and an empty month is whole", async () => {
  await traffic();
  expect(await verify(await download())).toMatchObject({ code: 0, said: expect.stringContaining(": 0 lines") });
  expect(await flaw()).toBeNull();
});

test("several at once seal every moment once, in one chain", async () => {
  for (let i = 0; i < 3; i++) await traffic();
  const some = () => transaction("write", { workspaceId: acme.id }, (db) => seal(db, acme.id, 2));
  await Promise.all(Array.from({ length: 12 }, some));
  await sealAll();
  const [row] = await owner`
    select count(*)::int as links, max(sequence)::int as last, sum(lines)::int as lines from usage_seals where workspace_id = ${acme.id}`;
  expect(row).toMatchObject({ last: row?.links, lines: 18 });
  expect(await owner`select from usage_unsealed where workspace_id = ${acme.id}`).toEqual([]);
  expect(await flaw()).toBeNull();
});

test("the lines of a workspace are gathered before they are sealed", async () => {
  await traffic();
  const unsealed = async () => (await owner`select from usage_unsealed where workspace_id = ${acme.id}`).length;
  const before = await unsealed();
  await sealDue(3_600_000);
  expect(await unsealed()).toBe(before);
  await sealAll();
  expect(await unsealed()).toBe(0);
});

test("nothing is written into a moment that is sealed", async () => {
  const at = new Date();
  await use(owner, acme.id, [{ at }]);
  await sealAll();
  await expect(use(owner, acme.id, [{ at }])).rejects.toMatchObject({ code: "40001" });
});

test("lines of a moment that are being written are not left out of its seal", async () => {
  const at = new Date();
  await use(owner, acme.id, [{ at }]);
  const sealed = await owner.begin(async (sql) => {
    await use(sql, acme.id, [{ at }]);
    const sealing = sealAll();
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { sealing };
  });
  await sealed.sealing;
  expect(await owner`select lines from usage_seals where workspace_id = ${acme.id}`).toEqual([{ lines: 2 }]);
  expect(await flaw()).toBeNull();
});
