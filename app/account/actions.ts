"use server";

import { formAction } from "@/server/composition/form-action";

export const updateProfile = formAction((api, input) => api.account.update(input), { message: "Saved." });

export const setFormats = formAction((api, input) => api.account.setFormats(input), { message: "Saved." });

export const setAvatar = formAction((api, input) => api.account.setAvatar(input), {
  file: "picture",
  message: "Saved.",
});

export const removeAvatar = formAction((api) => api.account.removeAvatar(), { message: "Picture removed." });

export const signOutOne = formAction((api, input) => api.account.endSession(input), {
  goTo: () => "/account?done=signed-out#sessions",
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

export const unlinkProvider = formAction((api, input) => api.account.unlink(input), {
  goTo: () => "/account?done=unlinked#providers",
});

export const changeEmail = formAction((api, input) => api.account.changeEmail(input), {
  message: ({ email }) => `We sent a link to ${email}. Open it in this browser.`,
});

export const chooseMails = formAction((api, input) => api.account.chooseMails(input), { message: "Saved." });

export const renamePasskey = formAction((api, input) => api.passkeys.rename(input), {
  goTo: () => "/account?done=passkey-renamed#passkeys",
});

export const removePasskey = formAction((api, input) => api.passkeys.remove(input), {
  goTo: () => "/account?done=passkey-removed#passkeys",
});
