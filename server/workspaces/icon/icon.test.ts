import sharp from "sharp";
import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { memberOf, newPerson, reasonOf, workspace } from "@/tests/support/people";

const picture = () =>
  sharp({ create: { width: 300, height: 200, channels: 3, background: "#c04020" } })
    .png()
    .toBuffer();

test("a workspace has a picture or an emoji, its members see it in every list, and each change is one event", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const { workspaces, account } = acme.admin.api;
  const viewer = await memberOf(acme, "viewer");
  expect(await reasonOf(workspaces.icon(at))).toBe("not_found");
  await workspaces.setEmoji({ ...at, emoji: " 🧪 " });
  expect(await viewer.api.workspaces.get(at)).toMatchObject({ iconEmoji: "🧪", iconVersion: null });

  const sent = await picture();
  await workspaces.setPicture({ ...at, picture: sent.toString("base64") });
  const shown = await viewer.api.workspaces.get(at);
  expect(shown).toMatchObject({ iconEmoji: null, iconVersion: expect.any(Number) });
  const icon = { iconEmoji: null, iconVersion: shown.iconVersion };
  expect((await account.menu()).recent.rows[0]).toMatchObject(icon);
  expect((await workspaces.list({})).rows[0]).toMatchObject(icon);
  const { webp } = await viewer.api.workspaces.icon(at);
  expect(await sharp(Buffer.from(webp, "base64")).metadata()).toMatchObject({ format: "webp", width: 128 });
  expect(await reasonOf((await newPerson()).api.workspaces.icon(at))).toBe("not_found");
  expect(await reasonOf(viewer.api.workspaces.setEmoji({ ...at, emoji: "🧪" }))).toBe("not_permitted");

  await workspaces.setPicture({ ...at, picture: sent.toString("base64") });
  expect((await workspaces.get(at)).iconVersion).not.toBe(shown.iconVersion);
  await workspaces.removeIcon(at);
  await workspaces.removeIcon(at);
  expect(await reasonOf(workspaces.icon(at))).toBe("not_found");
  const events = await owner`
    select after from audit_events where workspace_id = ${acme.id} and action = 'workspace.icon_changed' order by at`;
  expect(events.map(({ after }) => Object.keys(after))).toEqual([["emoji"], ["picture"], ["picture"], []]);
});

test.each(["", "a", "🧪🧪", "🧪 lab", "<b>", "1", "\u200d"])("%j is not one emoji", async (emoji) => {
  const acme = await workspace();
  expect(await reasonOf(acme.admin.api.workspaces.setEmoji({ workspace: acme.slug, emoji }))).toBe("invalid_input");
});

test.each(["👩‍🚀", "🇪🇪", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "❤️", "1️⃣", "👨‍👩‍👧‍👦"])("%s is one", async (emoji) => {
  const acme = await workspace();
  await acme.admin.api.workspaces.setEmoji({ workspace: acme.slug, emoji });
  expect((await acme.admin.api.workspaces.get({ workspace: acme.slug })).iconEmoji).toBe(emoji);
});

test("pictures are decoded twenty times an hour at most, also those that are refused", async () => {
  const acme = await workspace();
  const set = (bytes: Buffer) =>
    acme.admin.api.workspaces.setPicture({ workspace: acme.slug, picture: bytes.toString("base64") });
  for (let i = 0; i < 20; i++) expect(await reasonOf(set(Buffer.from("<svg/>")))).toBe("picture_unreadable");
  expect(await reasonOf(set(await picture()))).toBe("too_many");
});
