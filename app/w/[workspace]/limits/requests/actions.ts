"use server";

import { formAction } from "@/server/composition/form-action";

const requests =
  (done: string) =>
  (_: unknown, { workspace }: Record<string, string | string[]>) =>
    `/w/${workspace}/limits/requests?done=${done}`;

export const approveLimitRequest = formAction((api, input) => api.budgets.approveRequest(input), {
  goTo: ({ isForwarded }, { workspace }) =>
    `/w/${workspace}/limits/requests?done=${isForwarded ? "forwarded" : "approved"}`,
});

export const declineLimitRequest = formAction((api, input) => api.budgets.declineRequest(input), {
  goTo: requests("declined"),
});

export const withdrawLimitRequest = formAction((api, input) => api.budgets.withdrawRequest(input), {
  goTo: requests("withdrawn"),
});
