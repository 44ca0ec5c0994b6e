"use server";

import { formAction } from "@/server/composition/form-action";

const done = (what: string) => ({
  goTo: (_: unknown, { workspace }: Record<string, string | string[]>) => `/w/${workspace}/billing?done=${what}`,
});

export const setLimit = formAction(async (api, input) => {
  await api.billing.setLimit(input);
}, done("limit-set"));

export const removeLimit = formAction((api, input) => api.billing.removeLimit(input), done("limit-removed"));

export const setMemberLimit = formAction((api, input) => api.billing.setMemberLimit(input), done("member-limit-set"));

export const removeMemberLimit = formAction(
  (api, input) => api.billing.removeMemberLimit(input),
  done("member-limit-removed"),
);

export const setDefaultLimits = formAction((api, input) => api.billing.setDefaultLimits(input), {
  message: "Saved. It applies to new members and keys from now on.",
});

export const setThresholds = formAction((api, input) => api.billing.setThresholds(input), done("alerts-set"));

export const setWebhook = formAction((api, input) => api.billing.setWebhook(input));

export const removeWebhook = formAction((api, input) => api.billing.removeWebhook(input), done("webhook-removed"));

export const testWebhook = formAction((api, input) => api.billing.testWebhook(input), {
  message: ({ host, error }) => (error === null ? `${host} accepted the test.` : `The test failed. ${error}`),
});
