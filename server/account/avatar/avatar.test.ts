import { createHash } from "node:crypto";
import sharp from "sharp";
import { expect, test } from "vitest";
import { transaction } from "@/db/client";
import { userAvatars } from "@/db/schema/account";
import { owner } from "@/tests/support/database";
import { apiFor, memberOf, newPerson, reasonOf, type Signed, workspace } from "@/tests/support/people";

const picture = async (background = "#c04020") =>
  (
    await sharp({ create: { width: 300, height: 200, channels: 3, background } })
      .png()
      .toBuffer()
  ).toString("base64");

const eventsOf = ({ person }: Signed) =>
  owner<{ action: string; detail: Record<string, unknown> | null }[]>`
    select action, detail from account_events where user_id = ${person.id} order by at`;

const rowOf = async ({ person }: Signed) => {
  const [row] = await owner<{ avatar: string | null; webp: Buffer | null }[]>`
    select u.avatar, a.webp from users u left join user_avatars a on a.user_id = u.id where u.id = ${person.id}`;
  return row;
};

test("a person has a picture at the address of its content, and each change is one event", async () => {
  const ada = await newPerson();
  const { account } = ada.api;
  await account.removeAvatar();
  const { hash } = await account.setAvatar({ picture: await picture() });
  await account.setAvatar({ picture: await picture() });
  const { webp } = await account.avatar({ hash });
  const bytes = Buffer.from(webp, "base64");
  expect(await sharp(bytes).metadata()).toMatchObject({ format: "webp", width: 128, height: 128 });
  expect(createHash("sha256").update(bytes).digest().subarray(0, 16).toString("base64url")).toBe(hash);
  const signedInAnew = apiFor({ ...ada.person, avatar: hash });
  expect(await signedInAnew.account.get()).toMatchObject({ avatar: hash });
  expect(await signedInAnew.account.menu()).toMatchObject({ avatar: hash });

  const next = await account.setAvatar({ picture: await picture("#2040c0") });
  expect(next.hash).not.toBe(hash);
  // The content at an address never changes: the address of an earlier picture returns nothing.
  expect(await reasonOf(account.avatar({ hash }))).toBe("not_found");
  await account.removeAvatar();
  await account.removeAvatar();
  expect(await reasonOf(account.avatar(next))).toBe("not_found");
  expect(await rowOf(ada)).toEqual({ avatar: null, webp: null });
  expect((await eventsOf(ada)).map(({ action, detail }) => [action, detail])).toEqual([
    ["account.picture_changed", { bytes: bytes.length }],
    ["account.picture_changed", { bytes: expect.any(Number) }],
    ["account.picture_removed", null],
  ]);
});

test("the members of a shared workspace see it, in the lists that they read anyway, and no other person does", async () => {
  const acme = await workspace();
  const [viewer, developer, outsider] = [
    await memberOf(acme, "viewer"),
    await memberOf(acme, "developer"),
    await workspace(),
  ];
  const { hash } = await developer.api.account.setAvatar({ picture: await picture() });
  const at = { workspace: acme.slug, userId: developer.person.id, hash };
  const { rows } = await viewer.api.members.list({ workspace: acme.slug });
  expect(rows.map(({ userId, avatar }) => [userId, avatar])).toContainEqual([developer.person.id, hash]);
  expect(rows.filter(({ avatar }) => avatar !== null)).toHaveLength(1);
  const spending = await viewer.api.billing.members({ workspace: acme.slug });
  expect(spending.rows.find(({ userId }) => userId === developer.person.id)?.avatar).toBe(hash);
  expect((await viewer.api.members.avatar(at)).webp).toBe((await developer.api.account.avatar({ hash })).webp);

  const nothing = { ...at, hash: "b".repeat(22) };
  expect(await reasonOf(viewer.api.members.avatar(nothing))).toBe("not_found");
  expect(await reasonOf(outsider.admin.api.members.avatar(at))).toBe("not_found");
  // Neither through a workspace that the owner of the picture is not in, nor as the caller's own picture.
  expect(await reasonOf(outsider.admin.api.members.avatar({ ...at, workspace: outsider.slug }))).toBe("not_found");
  expect(await reasonOf(outsider.admin.api.account.avatar({ hash }))).toBe("not_found");

  await acme.admin.api.members.remove({ workspace: acme.slug, userId: developer.person.id });
  expect(await reasonOf(viewer.api.members.avatar(at))).toBe("not_found");
  expect((await developer.api.account.avatar({ hash })).webp).toBeTruthy();
});

test("TI-09 without a condition in the query the database shows one's own picture, inside a workspace its members', and changes one's own", async () => {
  const acme = await workspace();
  const [ada, grace, outsider] = [await memberOf(acme, "viewer"), await memberOf(acme, "viewer"), await newPerson()];
  for (const each of [ada, grace, outsider]) await each.api.account.setAvatar({ picture: await picture() });
  const seen = (scope: { userId?: string; workspaceId?: string }) =>
    transaction("read", scope, async (db) =>
      (await db.select({ userId: userAvatars.userId }).from(userAvatars)).map(({ userId }) => userId).sort(),
    );
  expect(await seen({})).toEqual([]);
  expect(await seen({ userId: ada.person.id })).toEqual([ada.person.id]);
  expect(await seen({ userId: ada.person.id, workspaceId: acme.id })).toEqual([ada.person.id, grace.person.id].sort());
  const changed = await transaction("write", { userId: ada.person.id, workspaceId: acme.id }, (db) =>
    db
      .update(userAvatars)
      .set({ webp: Buffer.alloc(1) })
      .returning({ userId: userAvatars.userId }),
  );
  expect(changed).toEqual([{ userId: ada.person.id }]);
});

test("who deletes their account has no picture afterwards, also when they change it meanwhile", async () => {
  for (let round = 0; round < 10; round++) {
    const ada = await newPerson();
    await ada.api.account.setAvatar({ picture: await picture() });
    const sent = await picture("#2040c0");
    await Promise.allSettled([
      ada.api.account.remove({ confirmation: ada.person.email }),
      ada.api.account.setAvatar({ picture: sent }),
    ]);
    expect(await rowOf(ada)).toEqual({ avatar: null, webp: null });
  }
});

test("it is in what one takes along, as the bytes that are kept", async () => {
  const ada = await newPerson();
  const { hash } = await ada.api.account.setAvatar({ picture: await picture() });
  await ada.api.account.beginExport();
  const { rows } = await ada.api.account.exportPart({ section: "picture" });
  expect(rows).toEqual([{ webp: (await ada.api.account.avatar({ hash })).webp }]);
});

test("what is no picture is refused at the field, and counted; twenty an hour are looked at", async () => {
  const ada = await newPerson();
  const set = (bytes: string) =>
    ada.api.account.setAvatar({ picture: Buffer.from(bytes, "latin1").toString("base64") });
  for (let i = 0; i < 20; i++)
    expect(await reasonOf(set("<svg xmlns='http://www.w3.org/2000/svg'/>"))).toBe("picture_unreadable");
  expect(await reasonOf(ada.api.account.setAvatar({ picture: await picture() }))).toBe("too_many");
  expect(await rowOf(ada)).toEqual({ avatar: null, webp: null });
  expect(await eventsOf(ada)).toEqual([]);
});
