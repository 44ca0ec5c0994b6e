"use server";

import { refreshAppearance } from "@/server/composition/appearance";
import type { Api } from "@/server/composition/caller";
import { formAction } from "@/server/composition/form-action";

/** Runs a change and reads the appearance again, so that the page that is drawn next has it already. */
const thenShow =
  <Input>(run: (api: Api, input: Input) => Promise<void>) =>
  async (api: Api, input: Input) => {
    await run(api, input);
    await refreshAppearance();
  };

export const setAppearance = formAction(
  thenShow((api, input: never) => api.instance.setAppearance(input)),
  { message: "Saved. Every page shows it within a second." },
);

export const setLogo = formAction(
  thenShow((api, input: never) => api.instance.setLogo(input)),
  { file: "picture", message: "Logo saved. Every page shows it within a second." },
);

export const removeLogo = formAction(
  thenShow((api, input: never) => api.instance.removeLogo(input)),
  { message: "Logo removed." },
);
