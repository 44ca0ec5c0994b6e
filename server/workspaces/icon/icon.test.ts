import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { expect, test } from "vitest";
import { crc32 as crc } from "@/server/access/crc32";
import { cpuMs } from "@/tests/support/cpu-time";
import { owner } from "@/tests/support/database";
import { memberOf, reasonOf, somebody, workspace } from "@/tests/support/people";
import { toIcon } from "./picture";

const picture = (format: "png" | "jpeg" | "webp", width = 300, height = 200) =>
  sharp({ create: { width, height, channels: 3, background: "#c04020" } })
    .toFormat(format)
    .toBuffer();

/** A PNG that says it is so large, and has next to nothing in it. */
function bomb(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const whole = Buffer.alloc(body.length + 8);
    whole.writeUInt32BE(data.length);
    body.copy(whole, 4);
    whole.writeUInt32BE(crc(body.toString("latin1")), body.length + 4);
    return whole;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head[8] = 1;
  const rows = deflateSync(Buffer.alloc(Math.min(height, 30_000) * (Math.ceil(width / 8) + 1)));
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", head),
    chunk("IDAT", rows),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

test.each(["png", "jpeg", "webp"] as const)("a %s becomes a square of 128 pixels as WebP", async (format) => {
  const icon = await toIcon(await picture(format));
  expect(await sharp(icon).metadata()).toMatchObject({ format: "webp", width: 128, height: 128 });
  expect(icon.length).toBeLessThan(262_144);
});

test("nothing but pixels is left of a picture: no metadata, nothing hidden behind it", async () => {
  const marked = await sharp(await picture("jpeg"))
    .withExif({ IFD0: { Copyright: "a-secret-place" } })
    .withXmp("<x:xmpmeta xmlns:x='adobe:ns:meta/'>a-secret-note</x:xmpmeta>")
    .toBuffer();
  const polyglot = Buffer.concat([marked, Buffer.from("PK\x03\x04<script>alert(1)</script>", "latin1")]);
  const icon = await toIcon(polyglot);
  const { exif, xmp, icc } = await sharp(icon).metadata();
  expect([exif, xmp, icc]).toEqual([undefined, undefined, undefined]);
  for (const hidden of ["a-secret", "script", "PK\x03\x04"]) expect(icon.includes(hidden)).toBe(false);
});

test("a picture that lies on its side is put upright", async () => {
  const tall = await sharp({ create: { width: 200, height: 100, channels: 3, background: "white" } })
    .composite([{ input: { create: { width: 100, height: 100, channels: 3, background: "black" } }, left: 0, top: 0 }])
    .jpeg()
    .withMetadata({ orientation: 6 })
    .toBuffer();
  const { data, info } = await sharp(await toIcon(tall))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => data[(y * info.width + x) * info.channels] ?? 0;
  expect(at(64, 5)).toBeLessThan(60);
  expect(at(64, 122)).toBeGreaterThan(200);
});

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>';

test.each<[string, () => Buffer | Promise<Buffer>]>([
  ["an SVG", () => Buffer.from(svg)],
  ["an SVG behind a byte order mark", () => Buffer.from(`\ufeff<?xml version="1.0"?>${svg}`)],
  ["an SVG that begins like a PNG", () => Buffer.from(`\x89PNG\r\n\x1a\n${svg}`, "latin1")],
  ["a GIF", () => Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64")],
  ["a PDF", () => Buffer.from("%PDF-1.7\n")],
  ["HTML", () => Buffer.from("<!doctype html><script>alert(1)</script>")],
  ["a page that begins like a JPEG", () => Buffer.from("\xff\xd8\xff<script>alert(1)</script>", "latin1")],
  ["a RIFF that is no picture", () => Buffer.from("RIFF\x10\0\0\0WEBPVP8 nothing", "latin1")],
  ["a picture that breaks off", async () => (await picture("png")).subarray(0, 100)],
  [
    "a TIFF",
    () =>
      sharp({ create: { width: 9, height: 9, channels: 3, background: "red" } })
        .tiff()
        .toBuffer(),
  ],
  ["a bomb of 900 million pixels", () => bomb(30_000, 30_000)],
  ["a bomb that is all width", () => bomb(100_000_000, 2)],
  ["nothing", () => Buffer.alloc(0)],
  ["one byte", () => Buffer.from([0xff])],
])("%s is refused, and soon", async (_, make) => {
  const bytes = await make();
  const begun = cpuMs();
  expect(await reasonOf(toIcon(bytes))).toBe("icon_unreadable");
  expect(cpuMs() - begun).toBeLessThan(2_000);
});

test("a workspace has a picture or an emoji, its members see it in every list, and each change is one event", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const { workspaces, account } = acme.admin.api;
  const viewer = await memberOf(acme, "viewer");
  expect(await reasonOf(workspaces.icon(at))).toBe("not_found");
  await workspaces.setEmoji({ ...at, emoji: " 🧪 " });
  expect(await viewer.api.workspaces.get(at)).toMatchObject({ iconEmoji: "🧪", iconVersion: null });

  const sent = await picture("png");
  await workspaces.setPicture({ ...at, picture: sent.toString("base64") });
  const shown = await viewer.api.workspaces.get(at);
  expect(shown).toMatchObject({ iconEmoji: null, iconVersion: expect.any(Number) });
  const icon = { iconEmoji: null, iconVersion: shown.iconVersion };
  expect((await account.menu()).recent.rows[0]).toMatchObject(icon);
  expect((await workspaces.list({})).rows[0]).toMatchObject(icon);
  const { webp } = await viewer.api.workspaces.icon(at);
  expect(await sharp(Buffer.from(webp, "base64")).metadata()).toMatchObject({ format: "webp", width: 128 });
  expect(await reasonOf((await somebody()).api.workspaces.icon(at))).toBe("not_found");
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
  for (let i = 0; i < 20; i++) expect(await reasonOf(set(Buffer.from(svg)))).toBe("icon_unreadable");
  expect(await reasonOf(set(await picture("png")))).toBe("too_many");
});
