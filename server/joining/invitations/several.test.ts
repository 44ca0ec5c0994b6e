import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";

async function invited(acme: TestWorkspace, emails: string[]): Promise<string[]> {
  await acme.admin.api.invitations.create({ workspace: acme.slug, emails: emails.join(", "), role: "viewer" });
  const rows = (await acme.admin.api.invitations.list({ workspace: acme.slug })).rows;
  return emails.map((email) => rows.find((row) => row.email === email)?.id ?? "");
}

const events = (acme: TestWorkspace, action: string) =>
  owner`select target_id from audit_events where workspace_id = ${acme.id} and action = ${action}`;

test("several invitations are taken back at once; those settled meanwhile and another workspace's are named", async () => {
  const [acme, other] = [await workspace(), await workspace()];
  const [one = "", two = "", gone = ""] = await invited(acme, ["one@a.example", "two@a.example", "gone@a.example"]);
  const [foreign = ""] = await invited(other, ["three@a.example"]);
  await acme.admin.api.invitations.revoke({ workspace: acme.slug, invitationId: gone });
  const { done, skipped } = await acme.admin.api.invitations.changeMany({
    workspace: acme.slug,
    invitationIds: [one, two, gone, foreign],
    change: "revoke",
  });
  expect(done.toSorted()).toEqual([one, two].toSorted());
  expect(skipped.map(({ id }) => id).toSorted()).toEqual([gone, foreign].toSorted());
  expect(await events(acme, "invitation.revoked")).toHaveLength(3);
  expect((await other.admin.api.invitations.list({ workspace: other.slug })).rows).toHaveLength(1);
});

test("what is refused for one of them is undone for that one alone: its old link goes on working", async () => {
  const acme = await workspace();
  const [fine = "", full = ""] = await invited(acme, ["fine@a.example", "full@a.example"]);
  const hashes = async () =>
    new Map(
      (await owner`select id, encode(token_hash, 'hex') as hash from invitations where workspace_id = ${acme.id}`).map(
        ({ id, hash }) => [id, hash],
      ),
    );
  const before = await hashes();
  const resend = (ids: string[]) =>
    acme.admin.api.invitations.changeMany({ workspace: acme.slug, invitationIds: ids, change: "resend" });
  // The address has had as many mails as allowed.
  let last = await resend([full]);
  for (let tries = 0; last.done.length > 0 && tries < 50; tries++) last = await resend([full]);
  expect(last.skipped).toHaveLength(1);
  const held = await hashes();
  const sent = (await events(acme, "invitation.resent")).length;
  expect(await resend([fine, full])).toMatchObject({ done: [fine], skipped: [{ id: full }] });
  const after = await hashes();
  expect(after.get(full)).toBe(held.get(full));
  expect(after.get(fine)).not.toBe(before.get(fine));
  expect(await events(acme, "invitation.resent")).toHaveLength(sent + 1);
});

test("nothing chosen is refused", async () => {
  const acme = await workspace();
  const asked = { workspace: acme.slug, invitationIds: [], change: "revoke" as const };
  expect(await reasonOf(acme.admin.api.invitations.changeMany(asked))).toBe("invalid_input");
});
