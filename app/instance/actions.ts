"use server";

import { formAction } from "@/server/composition/form-action";

export const addOperator = formAction((api, input) => api.instance.addOperator(input), {
  goTo: () => "/instance?done=added",
});

export const removeOperator = formAction((api, input) => api.instance.removeOperator(input), {
  goTo: () => "/instance?done=removed",
});

export const makeOperator = formAction((api, input) => api.instance.addOperator(input), {
  goTo: () => "/instance/people?done=operator-made",
});

export const endOperator = formAction((api, input) => api.instance.removeOperator(input), {
  goTo: () => "/instance/people?done=operator-ended",
});

const saved = { message: "Saved. It applies from now on." };

export const setSignUp = formAction((api, input) => api.instance.setSignUp(input), saved);

export const setCreators = formAction((api, input) => api.instance.setCreators(input), saved);

export const setDefaults = formAction((api, input) => api.instance.setDefaults(input), saved);

export const setPersonalDefaults = formAction((api, input) => api.instance.setPersonalDefaults(input), saved);

export const setAbuseCaps = formAction((api, input) => api.instance.setAbuseCaps(input), saved);

export const deactivatePerson = formAction((api, input) => api.instance.deactivate(input), {
  goTo: () => "/instance/people?done=deactivated",
});

export const removePasskeys = formAction((api, input) => api.instance.removePasskeys(input), {
  goTo: () => "/instance/people?done=passkeys-removed",
});

export const reactivatePerson = formAction((api, input) => api.instance.reactivate(input), {
  goTo: () => "/instance/people?done=reactivated",
});

export const setUseCeilings = formAction((api, input) => api.instance.setUseCeilings(input), saved);

export const setCeilings = formAction((api, input) => api.instance.setCeilings(input), {
  message: ({ isSpent }) =>
    isSpent
      ? "Saved. This month's spend is above the new ceiling: requests that cost something are refused until next month."
      : "Saved. It applies from now on.",
});

export const setAllowance = formAction((api, input) => api.instance.setAllowance(input), saved);

export const grantCeiling = formAction((api, input) => api.instance.grantCeiling(input), {
  message: ({ workspaceName }) => `Granted. The new ceiling of ${workspaceName} applies from now on.`,
});

export const declineCeiling = formAction((api, input) => api.instance.declineCeiling(input), {
  message: ({ workspaceName }) => `Declined. ${workspaceName} gets an e-mail.`,
});

export const askLook = formAction((api, input) => api.instance.askLook(input), {
  goTo: (_, { slug }) => `/instance/workspaces/${slug}?done=look-asked`,
});

export const suspendWorkspace = formAction((api, input) => api.instance.suspend(input), {
  goTo: (_, { slug }) => `/instance/workspaces/${slug}?done=suspended`,
});

export const setStates = formAction((api, input) => api.instance.setStates(input), {
  goTo: (_, { change }) => `/instance/workspaces?done=${change === "resume" ? "resumed" : "suspended"}`,
});

export const deleteWorkspace = formAction((api, input) => api.instance.deleteWorkspace(input), {
  goTo: () => "/instance/workspaces?done=deleted",
});

export const restoreWorkspace = formAction((api, input) => api.instance.restoreWorkspace(input), {
  goTo: (_, { slug }) => `/instance/workspaces/${slug}?done=restored`,
});

export const resumeWorkspace = formAction((api, input) => api.instance.resume(input), {
  goTo: (_, { slug }) => `/instance/workspaces/${slug}?done=resumed`,
});
