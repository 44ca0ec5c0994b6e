"use server";

import { formAction } from "@/server/composition/form-action";
import type { FormState } from "@/server/composition/form-state";
import type { Outputs } from "@/server/composition/outputs";

export const setPrice = formAction((api, input) => api.instance.setPrice(input), {
  goTo: (_, { model }) => `/instance/prices?done=set&q=${encodeURIComponent(String(model).trim())}`,
});

export const removePrice = formAction((api, input) => api.instance.removePrice(input), {
  goTo: () => "/instance/prices?done=removed",
});

export type ImportAnswer =
  | { step: "preview"; preview: Outputs["instance"]["previewPrices"] }
  | { step: "report"; report: Outputs["instance"]["importPrices"] };

const preview = formAction<ImportAnswer>(async (api, input) => ({
  step: "preview",
  preview: await api.instance.previewPrices(input),
}));

const take = formAction<ImportAnswer>(async (api, input) => ({
  step: "report",
  report: await api.instance.importPrices(input),
}));

/**
 * First previews a list, then imports what the preview showed. Both are answers of one form, so that it works without
 * JavaScript.
 */
export async function importPrices(
  previous: FormState<ImportAnswer>,
  form: FormData,
): Promise<FormState<ImportAnswer>> {
  const isChecked = form.get("step") === "import";
  form.delete("step");
  const file = form.get("file");
  form.delete("file");
  if (!isChecked && file instanceof File && file.size > 0) form.set("list", await file.text());
  return isChecked ? take(previous, form) : preview(previous, form);
}
