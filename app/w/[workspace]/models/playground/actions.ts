"use server";

import { formAction } from "@/server/composition/form-action";

export const createPreset = formAction((api, input) => api.playground.createPreset(input), {
  message: "Saved. All members of this workspace can choose it.",
});

export const updatePreset = formAction((api, input) => api.playground.updatePreset(input), { message: "Saved." });

export const removePreset = formAction((api, input) => api.playground.removePreset(input), {
  message: "The preset was deleted.",
});
