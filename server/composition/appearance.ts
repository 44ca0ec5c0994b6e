import { session } from "@/server/auth/session";
import { appearance, loadAppearance } from "@/server/membership/instance/appearance";
import { currentFormats, type Formats } from "@/server/platform/formats";

/** The appearance of this instance, for pages. `logo` is the address of its logo; null: Atelier's own logo. */
export type PageAppearance = {
  name: string;
  logo: string | null;
  supportEmail: string | null;
  banner: { tone: "info" | "warning"; text: string } | null;
  termsUrl: string | null;
};

/** Returns the appearance of this instance. It reads no database, so it also works while the database is down. */
export function pageAppearance(): PageAppearance {
  const { logo, logoVersion, ...shown } = appearance();
  return { ...shown, logo: logo && `/logo?v=${logoVersion}` };
}

/**
 * Returns the formats in which the page is written, and whether the person's browser is asked to report its own. While
 * the database is down it returns plain formats and leaves the error to the page.
 */
export async function pageFormats(): Promise<{ formats: Formats; isAsked: boolean }> {
  const person = await session().catch(() => null);
  return {
    formats: currentFormats(),
    isAsked: person !== null && person.formats.timeZone === null,
  };
}

/** Returns the name of this instance: "Atelier", unless operators have set another. */
export const instanceName = (): string => appearance().name;

/** Returns the logo as WebP in base64; null: there is none. */
export const instanceLogo = (): string | null => appearance().logo?.toString("base64") ?? null;

/** Reloads the appearance after a change here. Other instances are notified. */
export const refreshAppearance = (): Promise<void> => loadAppearance();
