import sharp from "sharp";
import { beforeEach, expect, test } from "vitest";
import { instanceLogo, pageAppearance } from "@/server/composition/appearance";
import { loadAppearance, watchAppearance } from "@/server/membership/instance/appearance";
import { watchAnnouncements } from "@/server/platform/announcements/announcements";
import { owner } from "@/tests/support/database";
import { reasonOf, type Signed } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

let ada: Signed;

beforeEach(async () => {
  await owner`delete from instance_settings`;
  await owner`delete from instance_logo`;
  await owner`insert into instance_settings (id) values (true)`;
  ada = await operator();
  await loadAppearance();
});

const picture = async () =>
  (
    await sharp({ create: { width: 300, height: 200, channels: 3, background: "#c04020" } })
      .png()
      .toBuffer()
  ).toString("base64");

test("OP-14 an instance is called Atelier until operators name it; every process hears of a change by itself", async () => {
  expect(pageAppearance()).toEqual({ name: "Atelier", logo: null, supportEmail: null, banner: null, termsUrl: null });
  const jobs = [watchAnnouncements(), watchAppearance()];
  await ada.api.instance.setAppearance({
    ...{ productName: "  Acme AI ", supportEmail: "Help@Acme.example", termsUrl: "https://acme.example/terms" },
    ...{ bannerTone: "warning", bannerText: "Maintenance at 18:00" },
  });
  await expect.poll(() => pageAppearance().name, { timeout: 10_000 }).toBe("Acme AI");
  expect(pageAppearance()).toMatchObject({
    ...{ supportEmail: "help@acme.example", termsUrl: "https://acme.example/terms" },
    banner: { tone: "warning", text: "Maintenance at 18:00" },
  });
  await ada.api.instance.setAppearance({ bannerTone: "info" });
  await expect.poll(() => pageAppearance().banner, { timeout: 10_000 }).toBeNull();
  expect(pageAppearance().name).toBe("Atelier");
  for (const job of jobs) await job.stop();
  const events = (await ada.api.instance.auditList({ search: "", action: "appearance.changed" })).rows;
  expect(events).toHaveLength(2);
  expect(events[0]).toMatchObject({ before: { productName: "Acme AI" }, after: { productName: "Atelier" } });
});

test.each([
  ["productName", "x".repeat(41)],
  ["productName", "a\r\nBcc: b"],
  ["supportEmail", "no address"],
  ["termsUrl", "javascript:alert(1)"],
  ["termsUrl", "data:text/html,x"],
  ["termsUrl", "acme.example/terms"],
  ["bannerText", "x".repeat(301)],
  ["bannerTone", "danger"],
])("OP-14 %s is refused as %j", async (field, typed) => {
  const set = ada.api.instance.setAppearance({ bannerTone: "info", [field]: typed } as never);
  expect(await reasonOf(set)).toBe("invalid_input");
  // As a sentence for people, at the field.
  const { cause } = (await set.catch((error: unknown) => error)) as { cause: unknown };
  expect(JSON.stringify(cause)).not.toContain("pattern");
});

test("OP-14 a logo is a picture that is drawn anew; nothing else is ever kept or shown", async () => {
  const { instance } = ada.api;
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>').toString("base64");
  expect(await reasonOf(instance.setLogo({ picture: svg }))).toBe("picture_unreadable");
  await instance.setLogo({ picture: await picture() });
  await loadAppearance();
  const shown = Buffer.from(instanceLogo() ?? "", "base64");
  expect(await sharp(shown).metadata()).toMatchObject({ format: "webp", width: 128, height: 128 });
  const { logo } = pageAppearance();
  expect(logo).toMatch(/^\/logo\?v=\d+$/);
  await instance.setLogo({ picture: await picture() });
  await loadAppearance();
  expect(pageAppearance().logo).not.toBe(logo);
  await instance.removeLogo();
  await instance.removeLogo();
  await loadAppearance();
  expect([pageAppearance().logo, instanceLogo()]).toEqual([null, null]);
  const events = (await instance.auditList({ search: "", action: "appearance.logo_changed" })).rows;
  expect(events.map(({ after }) => Object.keys(after ?? {}))).toEqual([[], ["picture"], ["picture"]]);
});

test("the application's role changes no logo", async () => {
  const { client } = await import("@/db/client");
  await expect(client()`insert into instance_logo (webp) values ('\\x00')`).rejects.toMatchObject({ code: "42501" });
});
