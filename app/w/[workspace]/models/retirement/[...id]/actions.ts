"use server";

import { formAction } from "@/server/composition/form-action";

export const setRetirement = formAction((api, input) => api.models.setRetirement(input), {
  message: "Announced. Who called it lately gets an e-mail.",
});

export const cancelRetirement = formAction((api, input) => api.models.cancelRetirement(input), {
  message: "Cancelled. It goes on.",
});

export const rehearseRetirement = formAction((api, input) => api.models.rehearseRetirement(input), {
  message: "The rehearsal has started. It ends by itself in five minutes.",
});

export const endRehearsal = formAction((api, input) => api.models.endRehearsal(input), {
  message: "The rehearsal has ended.",
});
