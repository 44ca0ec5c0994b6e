import { session } from "@/server/auth/session";
import { appearance, loadAppearance } from "@/server/membership/instance/appearance";
import { currentFormats, type Formats } from "@/server/platform/formats";

/** How this instance presents itself, for pages. `logo` is the address of its logo; null: Atelier's own mark. */
export type PageAppearance = {
  name: string;
  logo: string | null;
  supportEmail: string | null;
  banner: { tone: "info" | "warning"; text: string } | null;
  termsUrl: string | null;
};

/** Returns how this instance presents itself. It asks nothing, so it is there also while the database is down. */
export function pageAppearance(): PageAppearance {
  const { logo, logoVersion, ...shown } = appearance();
  return { ...shown, logo: logo && `/logo?v=${logoVersion}` };
}

/**
 * Returns the formats in which the page is written, and whether the person's browser is to say theirs. A database that is down is
 * the page's to tell of: until then, plain ones.
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

/** Reads the appearance again, after a change of it here. Other instances hear of the change by themselves. */
export const refreshAppearance = (): Promise<void> => loadAppearance();
