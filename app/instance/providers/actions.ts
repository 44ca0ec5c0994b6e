"use server";

import { formAction } from "@/server/composition/form-action";

const here = "/instance/providers";

export const addProvider = formAction((api, input) => api.instance.addProvider(input), {
  goTo: ({ said }) => `${here}?done=${said === null ? "untested" : "added"}`,
});

export const updateProvider = formAction((api, input) => api.instance.updateProvider(input), {
  message: ({ said }) => (said === null ? "Saved without a test." : `Saved. ${said}`),
});

export const testProvider = formAction((api, input) => api.instance.testProvider(input));

export const setProviderState = formAction((api, input) => api.instance.setProviderState(input), {
  message: "Saved. It applies from now on.",
});

export const removeProvider = formAction((api, input) => api.instance.removeProvider(input), {
  goTo: () => `${here}?done=removed`,
});

export const setOwnProviders = formAction((api, input) => api.instance.setOwnProviders(input), {
  message: "Saved. It applies from now on.",
});
