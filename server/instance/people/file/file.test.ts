import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { newPerson, reasonOf, type Signed } from "@/tests/support/people";
import { operator, world } from "@/tests/support/procedures/world";
import { knownOfPerson } from "./sections";

/** Reads the file as the page does. */
async function fileOf({ api }: Signed, userId: string): Promise<Record<string, Record<string, unknown>[]>> {
  const { sections } = await api.instance.beginPersonFile({ userId });
  const file: Record<string, Record<string, unknown>[]> = {};
  for (const section of sections) {
    const rows: Record<string, unknown>[] = [];
    for (let after: string | undefined, isMore = true; isMore; ) {
      const part = await api.instance.personFilePart({ userId, section, ...(after ? { after } : {}) });
      rows.push(...part.rows);
      after = part.next ?? undefined;
      isMore = after !== undefined;
    }
    file[section] = rows;
  }
  return file;
}

test("OP-15 an operator downloads all that is known of a person, which is in the instance's log first", async () => {
  const [ada, here] = [await operator(), await world()];
  const { person } = here.caller;
  const tokenHash = `hash-of-a-session-${randomBytes(8).toString("hex")}`;
  const mark = randomBytes(32);
  await owner`insert into sessions (token_hash, user_id, expires_at, ip) values (${tokenHash}, ${person.id}, now() + interval '1 day', '203.0.113.9')`;
  await owner`insert into accounts (user_id, type, provider, provider_account_id) values (${person.id}, 'oauth', 'github', '4711')`;
  await owner`insert into known_browsers (user_id, mark_hash) values (${person.id}, ${mark})`;
  const file = await fileOf(ada, person.id);
  expect(file.person).toMatchObject([{ id: person.id, email: person.email }]);
  expect(file.providers).toMatchObject([{ provider: "github", provider_account_id: "4711" }]);
  expect(file.sessions).toContainEqual(expect.objectContaining({ ip: "203.0.113.9" }));
  expect(file.memberships).toContainEqual(expect.objectContaining({ workspace_id: here.workspace.id, role: "admin" }));
  expect(file.keys).toContainEqual(expect.objectContaining({ id: here.ids.keyId }));
  expect([file.passkeys?.length, file.knownBrowsers?.length, file.operator?.length]).toEqual([1, 1, 0]);
  // No data inside the workspace or of other people, and no secrets.
  const text = JSON.stringify(file);
  for (const other of [tokenHash, mark.toString("hex"), here.ids.modelId, here.ids.token, "samples.jsonl", "A key"])
    expect(text).not.toContain(other);
  expect(text).not.toContain(here.invited.person.email);
  const events = (await ada.api.instance.auditList({ search: "", action: "person.exported" })).rows;
  expect(events).toHaveLength(1);
  expect((await fileOf(ada, ada.person.id)).instanceLog).toContainEqual(
    expect.objectContaining({ action: "person.exported" }),
  );
});

test("OP-15 more rows than a part holds are all in the file, and there is none of a person who is not there", async () => {
  const ada = await operator();
  const { person } = await newPerson();
  await owner`
    insert into account_events (user_id, action) select ${person.id}, 'account.renamed' from generate_series(1, 1200)`;
  expect((await fileOf(ada, person.id)).events).toHaveLength(1_200);
  const userId = crypto.randomUUID();
  expect(await reasonOf(ada.api.instance.beginPersonFile({ userId }))).toBe("not_found");
  expect(await reasonOf(ada.api.instance.personFilePart({ userId, section: "events" }))).toBe("not_found");
});

test("OP-15 no column of the file opens anything", () => {
  const columns = Object.values(knownOfPerson).flatMap((section) => [...section.columns]);
  expect(columns.filter((name) => /hash|token|mac|sealed|secret|challenge|public_key|payload/.test(name))).toEqual([]);
});

test("OP-15 no part of a file is read that the instance's log does not have", async () => {
  const [ada, { person }] = [await operator(), await newPerson()];
  const part = () => ada.api.instance.personFilePart({ userId: person.id, section: "sessions" });
  expect(await reasonOf(part())).toBe("not_found");
  await ada.api.instance.beginPersonFile({ userId: person.id });
  await part();
  const { person: another } = await newPerson();
  expect(await reasonOf(ada.api.instance.personFilePart({ userId: another.id, section: "sessions" }))).toBe(
    "not_found",
  );
});
