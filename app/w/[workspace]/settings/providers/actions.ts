"use server";

import { formAction } from "@/server/composition/form-action";

export const addProvider = formAction((api, input) => api.providers.addProvider(input), {
  goTo: ({ said }, { workspace }) => `/w/${workspace}/settings/providers?done=${said === null ? "untested" : "added"}`,
});

export const updateProvider = formAction((api, input) => api.providers.updateProvider(input), {
  message: ({ said }) => (said === null ? "Saved without a test." : `Saved. ${said}`),
});

export const testProvider = formAction((api, input) => api.providers.testProvider(input));

export const setProviderState = formAction((api, input) => api.providers.setProviderState(input), {
  message: "Saved. It applies from now on.",
});

export const removeProvider = formAction((api, input) => api.providers.removeProvider(input), {
  goTo: (_, { workspace }) => `/w/${workspace}/settings/providers?done=removed`,
});
