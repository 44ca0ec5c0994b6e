import { keepInStep } from "@/server/platform/announcements/keep-in-step";
import { type Appearance, readAppearance } from "./queries";

// Next's bundle has its own copy of this module in the same process; both share what was read.
const shared = globalThis as { atelierAppearance?: Appearance };

const plain: Appearance = {
  ...{ name: "Atelier", logo: null, logoVersion: null, supportEmail: null, banner: null, termsUrl: null },
};

const copy = keepInStep("appearance", "appearance", loadAppearance);

/** Returns the instance's appearance as it was last read. It asks nothing, so error pages can use it too. */
export function appearance(): Appearance {
  copy.use();
  return shared.atelierAppearance ?? plain;
}

/** Reads the appearance again, for all pages and mails that are rendered from then on. */
export async function loadAppearance(): Promise<void> {
  shared.atelierAppearance = await readAppearance();
}

/** Starts the job that keeps the appearance up to date. */
export const watchAppearance = copy.watch;
