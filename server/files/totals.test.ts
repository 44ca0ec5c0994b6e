import { randomBytes, randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { beforeEach, expect, test } from "vitest";
import { transaction } from "@/db/client";
import { owner } from "@/tests/support/database";
import { miscounted } from "@/tests/support/gateway/files";
import { type TestWorkspace, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";
import { keepFiles } from "./job";
import { add, roomLeft } from "./queries";
import { expireOwn } from "./removal/queries";
import { store } from "./storage";

let acme: TestWorkspace;
beforeEach(async () => {
  acme = await workspace();
  await owner`update workspaces set most_file_bytes = 1000 where id = ${acme.id}`;
});

async function* content() {
  yield Buffer.from("{}\n");
}

const write = <T>(run: Parameters<typeof transaction<T>>[2]) => transaction("write", { workspaceId: acme.id }, run);
const left = () => write((db) => roomLeft(db, acme.id));
const remove = (fileId: string) => acme.admin.api.files.remove({ workspace: acme.slug, fileId });

async function file(bytes: number, visibility: "workspace" | "user" = "workspace"): Promise<string> {
  const id = randomUUID();
  await store().put(acme.id, id, content());
  await write((db) =>
    add(db, acme.id, {
      ...{ id, filename: "a.jsonl", bytes, sha256: randomBytes(32), purpose: "fine-tune", sampleType: "instruct" },
      ...{ lines: 1, visibility, uploadedBy: acme.admin.person.id, keyId: null, hours: 1 },
    }),
  );
  return id;
}

test("OP-10 the room of files is what is kept of them: through adding, deleting, expiring and throwing away", async () => {
  expect(await left()).toBe(1_000);
  const [gone] = [await file(100), await file(20), await file(3, "user")];
  expect(await left()).toBe(877);
  await remove(gone ?? "");
  expect(await left()).toBe(977);
  // An expired file counts until it is deleted.
  await write((db) => expireOwn(db, acme.id, acme.admin.person.id));
  expect(await left()).toBe(977);
  await keepFiles();
  expect(await left()).toBe(980);
  await owner`update files set bytes = 50 where workspace_id = ${acme.id} and deleted_at is null`;
  expect(await left()).toBe(950);
  await owner`delete from files where workspace_id = ${acme.id}`;
  expect(await left()).toBe(1_000);
  expect(await miscounted(owner)).toEqual([]);
});

test("OP-10 what many add and delete at once is counted once each, and what is undone not at all", async () => {
  const ids = await Promise.all(Array.from({ length: 12 }, () => file(10)));
  const undone = write(async (db) => {
    await add(db, acme.id, {
      ...{ id: randomUUID(), filename: "a", bytes: 500, sha256: randomBytes(32), purpose: "batch", sampleType: null },
      ...{ lines: 1, visibility: "workspace", uploadedBy: null, keyId: null, hours: null },
    });
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  await Promise.all([...ids.slice(0, 5).map(remove), file(7), file(7)]);
  expect(await left()).toBe(1_000 - 7 * 10 - 14);
  expect(await miscounted(owner)).toEqual([]);
});

test("OP-10 how much room there is reads none of the files, for an upload and for an operator", async () => {
  await owner`
    insert into files (workspace_id, filename, bytes, sha256, purpose)
    select ${acme.id}, 'f' || n, 1, ${Buffer.alloc(32)}, 'batch' from generate_series(1, 500) n`;
  const [before, after] = await write(async (db) => {
    const scans = async () => [
      ...(await db.execute(sql`select seq_scan, idx_scan from pg_stat_xact_user_tables where relname = 'files'`)),
    ];
    const begun = await scans();
    expect(await roomLeft(db, acme.id)).toBe(500);
    return [begun, await scans()];
  });
  expect(after).toEqual(before);
  const { most } = await (await operator()).api.instance.workspace({ slug: acme.slug });
  expect(most.fileBytes).toBe(500);
});
