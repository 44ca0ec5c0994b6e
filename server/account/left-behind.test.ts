import { beforeEach, expect, test } from "vitest";
import { keepFiles } from "@/server/files/job";
import { owner } from "@/tests/support/database";
import { storedFile, storedJob } from "@/tests/support/factories/fine-tuning";
import { ownModel } from "@/tests/support/factories/models";
import { memberOf, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";

// What happens to the things that a person created in a workspace that continues after they delete their account.

let acme: TestWorkspace;
let grace: Signed;
let at: { workspace: string };

beforeEach(async () => {
  acme = await workspace();
  grace = await memberOf(acme, "developer");
  at = { workspace: acme.slug };
});

const privateFile = (filename = "mine.jsonl") =>
  storedFile(owner, acme.id, { uploadedBy: grace.person.id, visibility: "user", filename });
const deleteAccount = () => grace.api.account.remove({ confirmation: grace.person.email });

const stateOf = async (id: string) => {
  const [row] = await owner<{ is_over: boolean; is_deleted: boolean }[]>`
    select coalesce(expires_at <= now(), false) as is_over, deleted_at is not null as is_deleted from files where id = ${id}`;
  return row;
};

test("a private model stays with the workspace: its Admins see it, and can give it to a member or delete it", async () => {
  const [given, deleted] = [
    await ownModel(owner, acme.id, { visibility: "private", createdBy: grace.person.id, name: "Given" }),
    await ownModel(owner, acme.id, { visibility: "private", createdBy: grace.person.id, name: "Deleted" }),
  ];
  const ada = await memberOf(acme, "developer");
  await deleteAccount();
  const names = async ({ api }: Signed) => (await api.models.list(at)).rows.map(({ name }) => name).sort();
  expect(await names(acme.admin)).toEqual(["Deleted", "Given"]);
  expect(await names(ada)).toEqual([]);
  expect(await reasonOf(ada.api.models.get({ ...at, modelId: given }))).toBe("not_found");
  await acme.admin.api.models.reassign({ ...at, modelId: given, userId: ada.person.id });
  expect((await ada.api.models.get({ ...at, modelId: given })).id).toBe(given);
  await acme.admin.api.models.remove({ ...at, modelId: deleted, confirmation: "Deleted" });
  const [left] = await owner`
    select after from audit_events where workspace_id = ${acme.id} and action = 'member.left'`;
  expect(left?.after).toEqual({ privateModels: [given, deleted].sort() });
});

test("private files are hidden at once and deleted soon, those of the workspace stay", async () => {
  const [mine, shared] = [await privateFile(), await storedFile(owner, acme.id, { uploadedBy: grace.person.id })];
  const others = await storedFile(owner, acme.id, { uploadedBy: acme.admin.person.id, visibility: "user" });
  await deleteAccount();
  expect(await stateOf(mine)).toEqual({ is_over: true, is_deleted: false });
  await keepFiles();
  expect(await stateOf(mine)).toEqual({ is_over: true, is_deleted: true });
  for (const id of [shared, others]) expect(await stateOf(id)).toEqual({ is_over: false, is_deleted: false });
  const rows = await owner`select actor_id from audit_events where target_id = ${mine} and action = 'file.expired'`;
  expect(rows).toEqual([{ actor_id: null }]);
});

test("what a job under way reads is deleted once that has ended", async () => {
  const id = await privateFile();
  const job = await storedJob(owner, acme.id, { status: "RUNNING", createdBy: grace.person.id, fileId: id });
  await deleteAccount();
  await keepFiles();
  expect(await stateOf(id)).toMatchObject({ is_deleted: false });
  await owner`update fine_tuning_jobs set status = 'SUCCESS', ended_at = now() where id = ${job}`;
  await keepFiles();
  expect(await stateOf(id)).toMatchObject({ is_deleted: true });
});

test("files that were kept where they were removed before wait for them to come back, and go with the account", async () => {
  const id = await privateFile();
  await acme.admin.api.members.remove({ ...at, userId: grace.person.id });
  await keepFiles();
  expect(await stateOf(id)).toEqual({ is_over: false, is_deleted: false });
  await deleteAccount();
  await keepFiles();
  expect(await stateOf(id)).toMatchObject({ is_deleted: true });
});

test("an account that may not be deleted keeps its files", async () => {
  const alone = await workspace("Alone", grace);
  await memberOf(alone, "developer");
  const id = await privateFile();
  expect(await reasonOf(deleteAccount())).toBe("last_admin_elsewhere");
  expect(await stateOf(id)).toEqual({ is_over: false, is_deleted: false });
});
