import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { memberOf, type TestWorkspace, workspace } from "@/tests/support/people";
import { columns } from "./leases/columns";

let acme: TestWorkspace;
let other: TestWorkspace;
const keys: Record<"own" | "others", string> = { own: "", others: "" };

beforeAll(async () => {
  [acme, other] = [await workspace(), await workspace()];
  for (const [whose, { admin, slug }] of [["own", acme] as const, ["others", other] as const])
    keys[whose] = (await admin.api.keys.create({ workspace: slug, name: "A key" })).id;
});

type Written = { workspace_id: string; key_id: string | null; member_id: string | null };

/** Writes a line, as the gateway's statement does. */
function write(line: Written) {
  const whole = {
    ...{ id: randomUUID(), model: "m", upstream_model: "m", operation: "chat", is_streamed: false, status: 200 },
    ...{ error_code: null, prompt_tokens: 1, completion_tokens: 1, input_price: 1, output_price: 1, total_ms: 1 },
    ...{ usage_source: "reported", ...line },
  };
  return owner`select write_usage(${columns([whole])}::text::jsonb, '{}', clock_timestamp())`;
}

test("a line refers to a workspace, a key of that workspace and a person", async () => {
  const line = { workspace_id: acme.id, key_id: keys.own, member_id: acme.admin.person.id };
  await write(line);
  await write({ ...line, key_id: null, member_id: null });
  const wrong: Partial<Written>[] = [
    { workspace_id: randomUUID() },
    { workspace_id: randomUUID(), key_id: null, member_id: null },
    { key_id: "no key" },
    { key_id: keys.others },
    { member_id: randomUUID() },
  ];
  for (const each of wrong) {
    await expect(write({ ...line, ...each }), JSON.stringify(each)).rejects.toMatchObject({ code: "23503" });
    // Also of a model that was used before: its hour is another's then.
    await expect(write({ ...line, ...each }), JSON.stringify(each)).rejects.toMatchObject({ code: "23503" });
  }
  const [row] = await owner`select count(*)::int as lines from usage_ledger where workspace_id = ${acme.id}`;
  expect(row).toEqual({ lines: 2 });
});

test("what lines refer to cannot be deleted", async () => {
  const member = await memberOf(acme, "developer");
  await write({ workspace_id: acme.id, key_id: keys.own, member_id: member.person.id });
  for (const deletion of [
    owner`delete from api_keys where id = ${keys.own}`,
    owner`delete from users where id = ${member.person.id}`,
    owner`delete from workspaces where id = ${acme.id}`,
  ])
    await expect(deletion).rejects.toMatchObject({ code: expect.stringMatching(/^23(503|001)$/) });
});

test("nothing but the statement that writes the hour as well writes into the ledger", () => {
  const sources = ["db/sql", "server", "app"].flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((name) => path.join(folder, String(name))),
  );
  const writing = sources
    .filter((file) => /(?<!\.test)\.(sql|tsx?)$/.test(file))
    .filter((file) =>
      /insert\s+into\s+usage_(ledger|unsealed)\b|insert\(usage(Ledger|Unsealed)\)/i.test(readFileSync(file, "utf8")),
    );
  expect(writing.toSorted()).toEqual(["db/sql/functions/await_usage_seal.sql", "db/sql/functions/write_usage.sql"]);
});
