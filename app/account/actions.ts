"use server";

import { formAction } from "@/server/api/form-action";

export const updateProfile = formAction((api, input) => api.account.update(input), { message: "Saved." });

export const signOutElsewhere = formAction((api) => api.account.endOtherSessions(), {
  message: ({ ended }) =>
    ended === 1 ? "1 other browser was signed out." : `${ended} other browsers were signed out.`,
});

export const leaveWorkspace = formAction((api, input) => api.members.leave(input), {
  goTo: () => "/account?done=left",
});

export const restoreWorkspace = formAction((api, input) => api.workspaces.restore(input), {
  goTo: ({ slug }) => `/w/${slug}/settings?done=restored`,
});

export const deleteAccount = formAction((api, input) => api.account.remove(input), {
  goTo: () => "/sign-in?notice=deleted",
});

export const unlinkProvider = formAction((api, input) => api.account.unlink(input), { message: "Unlinked." });
