"use server";

import { formAction } from "@/server/composition/form-action";

const settings = (_: unknown, { workspace }: Record<string, string | string[]>, done: string) =>
  `/w/${workspace}/settings?done=${done}`;

export const renameWorkspace = formAction((api, input) => api.workspaces.rename(input), { message: "Saved." });

export const setSlug = formAction((api, input) => api.workspaces.setSlug(input), {
  goTo: ({ slug }) => `/w/${slug}/settings?done=moved`,
});

export const setDefaultRole = formAction((api, input) => api.workspaces.setDefaultRole(input), { message: "Saved." });

export const setSeats = formAction((api, input) => api.workspaces.setSeats(input), { message: "Saved." });

export const setKeyCreators = formAction((api, input) => api.workspaces.setKeyCreators(input), { message: "Saved." });

export const setResponseDays = formAction((api, input) => api.workspaces.setResponseDays(input), { message: "Saved." });

export const setReviewPlan = formAction((api, input) => api.reviews.setPlan(input), { message: "Saved." });

export const setEmoji = formAction((api, input) => api.workspaces.setEmoji(input), { message: "Saved." });

export const setPicture = formAction((api, input) => api.workspaces.setPicture(input), {
  file: "picture",
  message: "Saved.",
});

export const removeIcon = formAction((api, input) => api.workspaces.removeIcon(input), { message: "Icon removed." });

export const deleteWorkspace = formAction((api, input) => api.workspaces.remove(input), {
  goTo: () => "/account?done=deleted#deleted-workspaces",
});

export const addDomain = formAction((api, input) => api.domains.add(input), {
  goTo: (data, input) => settings(data, input, data.isVerified ? "domain-open" : "domain-added"),
});

export const checkDomain = formAction((api, input) => api.domains.check(input), {
  message: ({ domain }) => `${domain} is verified.`,
});

export const setDomainMode = formAction((api, input) => api.domains.setMode(input), { message: "Saved." });

export const removeDomain = formAction((api, input) => api.domains.remove(input), {
  goTo: (data, input) => settings(data, input, "domain-removed"),
});

export const setJoinPage = formAction((api, input) => api.joining.setPage(input), { message: "Saved." });

export const createInviteLink = formAction((api, input) => api.inviteLinks.create(input), {
  goTo: (data, input) => settings(data, input, "link-made"),
});

export const endInviteLink = formAction((api, input) => api.inviteLinks.end(input), {
  goTo: (data, input) => settings(data, input, "link-ended"),
});

export const setExpiredMemberKeyAction = formAction((api, input) => api.members.setExpiredMemberKeyAction(input), {
  message: "Saved.",
});

export const setKeyPolicy = formAction((api, input) => api.keys.setPolicy(input), { message: "Saved." });

export const acceptGroupRule = formAction((api, input) => api.groupRules.accept(input), {
  message: "Accepted. Its people join when they sign in.",
});

export const endGroupRule = formAction((api, input) => api.groupRules.end(input));

export const grantLook = formAction((api, input) => api.looks.grant(input), {
  goTo: (_, input) => settings(_, input, "look-granted"),
});

export const declineLook = formAction((api, input) => api.looks.decline(input), {
  goTo: (_, input) => settings(_, input, "look-declined"),
});
