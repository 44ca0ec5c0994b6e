"use server";

import { formAction } from "@/server/api/form-action";

export const createWorkspace = formAction((api, input) => api.workspaces.create(input), {
  goTo: ({ slug }) => `/w/${slug}`,
});

export const acceptInvitation = formAction((api, input) => api.invitations.accept(input), {
  goTo: ({ slug }) => `/w/${slug}`,
});

export const declineInvitation = formAction((api, input) => api.invitations.decline(input), { goTo: () => "/welcome" });

export const acceptMine = formAction((api, input) => api.invitations.acceptMine(input), {
  goTo: ({ slug }) => `/w/${slug}`,
});

export const declineMine = formAction((api, input) => api.invitations.declineMine(input), {
  message: ({ workspaceName }) => `You declined the invitation to ${workspaceName}.`,
});
