import { type Db, transaction } from "@/db/client";
import { instanceLogo, instanceSettings } from "@/db/schema/instance";

/** What the operators have set for the whole instance. Money in micro-units a month; null: nothing is set. */
export type InstanceSettings = Omit<typeof instanceSettings.$inferSelect, "id">;

/** Reads the instance's settings, as they are now: they hold from the commit on, on every instance. */
export async function settings(db: Db): Promise<InstanceSettings> {
  const [row] = await db.select().from(instanceSettings);
  if (!row) throw new Error("the instance has no settings: its row is made by a migration");
  const { id, ...settings } = row;
  return settings;
}

/** How the instance presents itself. `logo` is WebP. */
export type Appearance = {
  name: string;
  logo: Buffer | null;
  logoVersion: number | null;
  supportEmail: string | null;
  banner: { tone: "info" | "warning"; text: string } | null;
  termsUrl: string | null;
};

/** Reads how the instance presents itself. For the process, which remembers it. */
export async function readAppearance(): Promise<Appearance> {
  return transaction("read", {}, async (db) => {
    const { productName, logoVersion, supportEmail, bannerTone, bannerText, termsUrl } = await settings(db);
    const [logo] = await db.select({ webp: instanceLogo.webp }).from(instanceLogo);
    return {
      ...{ name: productName, logo: logo?.webp ?? null, logoVersion, supportEmail, termsUrl },
      banner: bannerText === null ? null : { tone: bannerTone, text: bannerText },
    };
  });
}
