import { type Db, transaction } from "@/db/client";
import { instanceLogo, instanceSettings } from "@/db/schema/instance";

/** The operators' settings for the whole instance. Money is in micro-units per month; null: not set. */
export type InstanceSettings = Omit<typeof instanceSettings.$inferSelect, "id">;

/** Reads the current settings of the instance. A change applies from its commit on, on every instance. */
export async function settings(db: Db): Promise<InstanceSettings> {
  const [row] = await db.select().from(instanceSettings);
  if (!row) throw new Error("the instance has no settings: its row is made by a migration");
  const { id, ...settings } = row;
  return settings;
}

/** The instance's appearance. `logo` is WebP. */
export type Appearance = {
  name: string;
  logo: Buffer | null;
  logoVersion: number | null;
  supportEmail: string | null;
  banner: { tone: "info" | "warning"; text: string } | null;
  termsUrl: string | null;
};

/** Reads the instance's appearance, in its own transaction. For the process's copy. */
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
