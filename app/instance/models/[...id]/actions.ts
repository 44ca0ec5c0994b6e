"use server";

import { formAction } from "@/server/composition/form-action";

export const setRetirement = formAction((api, input) => api.instance.setBaseRetirement(input), {
  message: "Announced. Recent callers get an e-mail.",
});

export const cancelRetirement = formAction((api, input) => api.instance.cancelBaseRetirement(input), {
  // A model that no server has any more has no page then.
  goTo: () => "/instance/models?done=cancelled",
});

export const rehearseRetirement = formAction((api, input) => api.instance.rehearseBaseRetirement(input), {
  message: "The rehearsal has started, in all workspaces. It ends automatically in five minutes.",
});

export const endRehearsal = formAction((api, input) => api.instance.endBaseRehearsal(input), {
  message: "The rehearsal has ended.",
});
