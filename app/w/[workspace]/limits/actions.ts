"use server";

import { formAction } from "@/server/composition/form-action";

export const setRate = formAction((api, input) => api.limits.setRate(input), {
  goTo: (_, { workspace }) => `/w/${workspace}/limits?done=set`,
});

export const removeRate = formAction((api, input) => api.limits.removeRate(input), {
  goTo: (_, { workspace }) => `/w/${workspace}/limits?done=removed`,
});

export const askForRate = formAction((api, input) => api.budgets.askForRate(input), {
  goTo: (_, { workspace }) => `/w/${workspace}/limits?done=asked`,
});

export const askForCount = formAction((api, input) => api.budgets.askForCount(input), {
  goTo: (_, { workspace }) => `/w/${workspace}/limits?done=asked`,
});
