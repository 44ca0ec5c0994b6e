"use server";

import { formAction } from "@/server/composition/form-action";

const inbox = (done: string) => () => `/account/inbox?done=${done}`;

export const acceptInvitation = formAction((api, input) => api.invitations.acceptMine(input), {
  goTo: ({ slug }) => `/w/${slug}`,
});

export const declineInvitation = formAction((api, input) => api.invitations.declineMine(input), {
  goTo: inbox("invitation-declined"),
});

export const approveJoin = formAction((api, input) => api.joinRequests.approve(input), { goTo: inbox("joined") });

export const declineJoin = formAction((api, input) => api.joinRequests.decline(input), { goTo: inbox("declined") });

export const approveRole = formAction((api, input) => api.roleRequests.approve(input), { goTo: inbox("role-given") });

export const declineRole = formAction((api, input) => api.roleRequests.decline(input), { goTo: inbox("declined") });

export const approveLimit = formAction((api, input) => api.budgets.approveRequest(input), {
  goTo: ({ isForwarded }) => `/account/inbox?done=${isForwarded ? "forwarded" : "approved"}`,
});

export const declineLimit = formAction((api, input) => api.budgets.declineRequest(input), { goTo: inbox("declined") });

export const grantCeiling = formAction((api, input) => api.instance.grantCeiling(input), { goTo: inbox("approved") });

export const declineCeiling = formAction((api, input) => api.instance.declineCeiling(input), {
  goTo: inbox("declined"),
});
