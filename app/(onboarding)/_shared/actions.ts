"use server";

import { formAction } from "@/server/composition/form-action";

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
  goTo: () => "/welcome?done=declined",
});

export const askForSeat = formAction((api, input) => api.invitations.askForSeat(input), {
  message: ({ workspaceName }) => `You asked ${workspaceName} for a seat. Its Admins have been told.`,
});

export const declineByMail = formAction((api, input) => api.invitations.declineByMail(input), {
  goTo: (_, { token }) => `/decline/${token}`,
});

export const reportByMail = formAction((api, input) => api.invitations.reportByMail(input), {
  goTo: (_, { token }) => `/report/${token}`,
});

export const joinByDomain = formAction((api, input) => api.joining.joinByDomain(input), {
  goTo: ({ slug }) => `/w/${slug}`,
});

export const askByDomain = formAction((api, input) => api.joining.askByDomain(input), {
  message: ({ workspaceName }) => `You asked to join ${workspaceName}. Its Admins have been told.`,
});

export const askAtPage = formAction((api, input) => api.joining.askAtPage(input), {
  message: ({ workspaceName }) => `You asked to join ${workspaceName}. Its Admins have been told.`,
});

export const withdrawRequest = formAction((api, input) => api.joining.withdraw(input), {
  goTo: () => "/welcome?done=withdrawn",
});

export const joinByLink = formAction((api, input) => api.inviteLinks.join(input), { goTo: ({ slug }) => `/w/${slug}` });

export const askByLink = formAction((api, input) => api.inviteLinks.ask(input), {
  message: ({ workspaceName }) => `You asked to join ${workspaceName}. Its Admins have been told.`,
});
