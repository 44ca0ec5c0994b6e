import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerToken } from "@/server/joining/invitations/by-mail/link";
import { owner } from "@/tests/support/database";
import { insertKeys } from "@/tests/support/factories/keys";
import { insertMember, insertMembers } from "@/tests/support/factories/workspaces";
import { apiFor, memberOf } from "@/tests/support/people";
import { inputFor } from "@/tests/support/procedures/inputs";
import { call, procedures, workspaceProcedures } from "@/tests/support/procedures/list";
import { nothingsIds, type World, world } from "@/tests/support/procedures/world";
import { rowsOf } from "@/tests/support/schema/rows";

type IdName = keyof World["ids"];

const idNames = Object.keys(nothingsIds()) as IdName[];
const namesIn = (shape: object) => idNames.filter((name) => name in shape);

test("TI-01 every field that names something is known to this walk", () => {
  const fields = procedures().flatMap(({ shape }) => Object.keys(shape));
  const naming = fields.filter((field) => /Id$|^(id|workspace|slug|token)$/.test(field));
  // A passkey and a session belong to a person, and so do all rows of `account.exportWorkspacePart`: their own tests
  // call them as strangers. `mailbox.get` names a mail of the development mailbox; the slug of a join page is public
  // once the page is open; `clientId` is the id of Atelier at a sign-in provider. `mailId` names a mail of the outbox
  // and `addressId` a suppressed address, which belong to the whole instance and only to operators.
  expect([...new Set(naming)].filter((field) => !(idNames as string[]).includes(field)).sort()).toEqual([
    "addressId",
    "clientId",
    "id",
    "mailId",
    "passkeyId",
    "sessionId",
    "slug",
    "workspaceId",
  ]);
});

// Each wall has to hold alone: the second pass has no row policies, so that only the queries separate workspaces.
describe.each([
  { walls: "both walls", isSecured: true },
  { walls: "row-level security switched off", isSecured: false },
])("with $walls", ({ isSecured }) => {
  // A refused call changes nothing, so two worlds serve all procedures.
  let own: World;
  let foreign: World;
  let before: string;
  beforeAll(async () => {
    await secure(isSecured);
    [own, foreign] = await Promise.all([world(), world()]);
    before = await rowsOf(owner, foreign.workspace.id);
  });
  afterAll(() => secure(true));

  test.each(workspaceProcedures())(
    "TI-01 $path answers the same to an id of another workspace as to one of nothing",
    async ({ path, shape }) => {
      const nothing = nothingsIds();
      const substitutions: IdName[][] = [...namesIn(shape).map((name) => [name]), namesIn(shape)];
      for (const names of substitutions) {
        const pick = (from: World["ids"]) => Object.fromEntries(names.map((name) => [name, from[name]]));
        const ask = (other: World["ids"]) => call(own.caller.api, path, { ...inputFor(path, own), ...pick(other) });
        const answer = await ask(foreign.ids);
        expect({ names, ...answer }).toMatchObject({ names, code: "NOT_FOUND", reason: "not_found" });
        expect(answer).toEqual(await ask(nothing));
      }
      expect(own.ids).not.toEqual(foreign.ids);
    },
  );

  test("TI-01 and nothing has changed there", async () => {
    expect(await rowsOf(owner, foreign.workspace.id)).toBe(before);
  });

  test.each([
    ["invitations.acceptMine", "invitationId"],
    ["invitations.declineMine", "invitationId"],
    ["joining.withdraw", "requestId"],
  ] as const)("TI-01 %s answers the same to another person's %s as to none", async (path, name) => {
    const [here, there] = await Promise.all([world(), world()]);
    const before = await rowsOf(owner, there.workspace.id);
    const ask = (ids: World["ids"]) => call(here.invited.api, path, { [name]: ids[name] });
    const foreign = await ask(there.ids);
    expect(foreign).toMatchObject({ code: "NOT_FOUND", reason: "not_found" });
    expect(foreign).toEqual(await ask(nothingsIds()));
    expect(await rowsOf(owner, there.workspace.id)).toBe(before);
  });

  test.each(["accept", "decline"])(
    "TI-01 invitations.%s with a token that is for another person is refused",
    async (verb) => {
      const [here, there] = await Promise.all([world(), world()]);
      const before = await rowsOf(owner, there.workspace.id);
      expect(await call(here.caller.api, `invitations.${verb}`, { token: there.ids.token })).toMatchObject({
        code: "FORBIDDEN",
        reason: "wrong_account",
      });
      expect(await call(here.caller.api, `invitations.${verb}`, { token: nothingsIds().token })).toMatchObject({
        reason: "not_found",
      });
      expect(await rowsOf(owner, there.workspace.id)).toBe(before);
    },
  );

  test.each(["inspectByMail", "declineByMail", "reportByMail"])(
    "TI-01 invitations.%s answers the same to a link to another workspace's invitation as to one to nothing",
    async (verb) => {
      const [here, there] = await Promise.all([world(), world()]);
      const before = await rowsOf(owner, there.workspace.id);
      const ask = (id: string) =>
        call(apiFor(null), `invitations.${verb}`, { token: answerToken(here.workspace.id, id) });
      const foreign = await ask(there.ids.invitationId);
      expect(foreign).toMatchObject({ code: "NOT_FOUND", reason: "not_found" });
      expect(foreign).toEqual(await ask(nothingsIds().invitationId));
      expect(await rowsOf(owner, there.workspace.id)).toBe(before);
    },
  );

  test("TI-01 a person who opens an invitation for another person learns a masked address and nothing of the workspace", async () => {
    const [here, there] = await Promise.all([world(), world()]);
    const offer = await here.caller.api.invitations.get({ token: there.ids.token });
    expect(offer).toMatchObject({ state: "wrong_account" });
    const said = JSON.stringify(offer);
    for (const secret of [
      there.invited.person.email,
      there.workspace.admin.person.name,
      there.workspace.id,
      "workspaceName",
    ])
      expect(said).not.toContain(secret);
  });

  test.each(["members.list", "keys.list"] as const)(
    "TI-01 a cursor from another workspace's %s opens no row of it",
    async (path) => {
      const [here, there] = await Promise.all([world(), world()]);
      await insertMembers(owner, there.workspace.id, 60);
      await insertKeys(owner, there.workspace.id, there.caller.person.id, 60);
      const list = async (from: World, place: object) =>
        (await call(from.caller.api, path, { workspace: from.ids.workspace, ...place })) as {
          value: { rows: object[]; next: string | null };
        };
      const { next } = (await list(there, {})).value;
      expect(next).not.toBeNull();
      const own = JSON.stringify((await list(here, {})).value.rows);
      for (const place of [{ after: next }, { before: next }])
        for (const row of (await list(here, place)).value.rows) expect(own).toContain(JSON.stringify(row));
    },
  );

  test("TI-01 a person of two workspaces is shown each one's rows in it alone", async () => {
    const [first, second] = await Promise.all([world(), world()]);
    const both = await memberOf(first.workspace, "admin");
    await insertMember(owner, second.workspace.id, both.person.id, "admin");
    for (const [own, other] of [
      [first, second],
      [second, first],
    ] as const) {
      const at = { workspace: own.workspace.slug };
      const shown = JSON.stringify([
        await both.api.members.list(at),
        await both.api.keys.list(at),
        await both.api.invitations.list(at),
        await both.api.workspaces.get(at),
      ]);
      const { workspace, token, ...inside } = other.ids;
      for (const id of Object.values(inside)) expect(shown).not.toContain(id);
      expect(shown).not.toContain(`"${workspace}"`);
      expect(shown).toContain(own.ids.invitationId);
    }
    const answer = call(both.api, "keys.revoke", { workspace: first.workspace.slug, keyId: second.ids.keyId });
    expect(await answer).toMatchObject({ reason: "not_found" });
  });
});

async function secure(isSecured: boolean): Promise<void> {
  for (const { name } of await owner<
    { name: string }[]
  >`select relname as name from pg_class where relforcerowsecurity`)
    await owner.unsafe(`alter table ${name} ${isSecured ? "enable" : "disable"} row level security`);
}
