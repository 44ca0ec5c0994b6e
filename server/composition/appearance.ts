import { appearance, loadAppearance } from "@/server/membership/instance/appearance";

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

/** Returns the name of this instance: "Atelier", unless operators have set another. */
export const instanceName = (): string => appearance().name;

/** Returns the logo as WebP in base64; null: there is none. */
export const instanceLogo = (): string | null => appearance().logo?.toString("base64") ?? null;

/** Reads the appearance again, after a change of it here. Other instances hear of the change by themselves. */
export const refreshAppearance = (): Promise<void> => loadAppearance();
