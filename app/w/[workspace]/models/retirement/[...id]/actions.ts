"use server";

import { formAction } from "@/server/composition/form-action";

export const setRetirement = formAction((api, input) => api.models.setRetirement(input), {
  message: "Announced. Recent callers get an e-mail.",
});

export const cancelRetirement = formAction((api, input) => api.models.cancelRetirement(input), {
  message: "Cancelled. It stays available.",
});

export const rehearseRetirement = formAction((api, input) => api.models.rehearseRetirement(input), {
  message: "The rehearsal has started. It ends automatically in five minutes.",
});

export const endRehearsal = formAction((api, input) => api.models.endRehearsal(input), {
  message: "The rehearsal has ended.",
});
