"use server";

import { formAction } from "@/server/composition/form-action";

const here = "/instance/sign-in";

export const addSignInProvider = formAction((api, input) => api.instance.addSignInProvider(input), {
  goTo: ({ id }) => `${here}/${id}?done=added`,
});

export const updateSignInProvider = formAction((api, input) => api.instance.updateSignInProvider(input), {
  message: "Saved. It applies from now on.",
});

export const setSignInProviderState = formAction((api, input) => api.instance.setSignInProviderState(input), {
  message: "Saved. It applies from now on.",
});

export const removeSignInProvider = formAction((api, input) => api.instance.removeSignInProvider(input), {
  goTo: () => `${here}?done=removed`,
});

export const setSignInRule = formAction((api, input) => api.instance.setSignInRule(input), {
  goTo: () => `${here}?done=required`,
});

export const removeSignInRule = formAction((api, input) => api.instance.removeSignInRule(input), {
  message: "Saved. It applies from now on.",
});

export const setBreakGlass = formAction((api, input) => api.instance.setBreakGlass(input), {
  message: "Saved. It applies from now on.",
});

export const setSessionLengths = formAction((api, input) => api.instance.setSessionLengths(input), {
  message: "Saved. It applies to every session from its next request on.",
});

export const setMailLink = formAction((api, input) => api.instance.setMailLink(input), {
  message: "Saved. It applies from now on.",
});

export const setRequiredPasskeys = formAction((api, input) => api.instance.setRequiredPasskeys(input), {
  message: "Saved. It applies to every session from its next request on.",
});

export const setGroupsClaim = formAction((api, input) => api.instance.setGroupsClaim(input), {
  message: "Saved. It applies from the next sign-in on.",
});

export const addGroupRule = formAction((api, input) => api.instance.addGroupRule(input), {
  message: "Proposed. It takes effect when an Admin of the workspace accepts it.",
});

export const removeGroupRule = formAction((api, input) => api.instance.removeGroupRule(input));

export const addSamlProvider = formAction((api, input) => api.instance.addSamlProvider(input), {
  goTo: ({ id }) => `${here}/${id}?done=added`,
});

export const updateSamlProvider = formAction((api, input) => api.instance.updateSamlProvider(input), {
  message: "Saved. It applies from now on.",
});

export const addSamlKey = formAction((api) => api.instance.addSamlKey(), { goTo: () => `${here}?done=key-added` });

export const signWithSamlKey = formAction((api, input) => api.instance.signWithSamlKey(input), {
  goTo: () => `${here}?done=key-signs`,
});

export const removeSamlKey = formAction((api, input) => api.instance.removeSamlKey(input), {
  goTo: () => `${here}?done=key-removed`,
});
