import { session } from "@/server/auth/session";
import { appearance, loadAppearance } from "@/server/membership/instance/appearance";
import { currentFormats, type Formats } from "@/server/platform/formats";

/**
 * The name, logo and banner of this instance, for pages. `logo` is the address of the logo; null: Atelier's own mark.
 */
export type PageAppearance = {
  name: string;
  logo: string | null;
  supportEmail: string | null;
  banner: { tone: "info" | "warning"; text: string } | null;
  termsUrl: string | null;
};

/** Returns the instance's appearance from memory, so it is available even while the database is down. */
export function pageAppearance(): PageAppearance {
  const { logo, logoVersion, ...shown } = appearance();
  return { ...shown, logo: logo && `/logo?v=${logoVersion}` };
}

/**
 * Returns the formats for dates and numbers on the page, and whether the browser should be asked for the person's.
 * While the database is down it returns the default formats; the page itself reports the outage.
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

/** Reads the appearance again after a change by this process. Other instances hear of the change. */
export const refreshAppearance = (): Promise<void> => loadAppearance();
