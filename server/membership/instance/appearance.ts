import { keepInStep } from "@/server/platform/announcements/keep-in-step";
import { type Appearance, readAppearance } from "./queries";

// Next's bundle has its own copy of this module in the same process: what was read once is there for both.
const shared = globalThis as { atelierAppearance?: Appearance };

const plain: Appearance = {
  ...{ name: "Atelier", logo: null, logoVersion: null, supportEmail: null, banner: null, termsUrl: null },
};

const copy = keepInStep("appearance", "appearance", loadAppearance);

/** Returns how this instance presents itself, as it was read last: nothing is asked, so that pages for errors have it too. */
export function appearance(): Appearance {
  copy.use();
  return shared.atelierAppearance ?? plain;
}

/** Reads the appearance again. Pages and mails that are drawn from then on have it. */
export async function loadAppearance(): Promise<void> {
  shared.atelierAppearance = await readAppearance();
}

/** Keeps the appearance as the database has it. */
export const watchAppearance = copy.watch;
