"use server";

import { outcomeText } from "@/app/_ui/selection-text";
import { formAction } from "@/server/composition/form-action";

export const inviteMembers = formAction((api, input) => api.invitations.create(input));

export const changeRole = formAction((api, input) => api.members.changeRole(input), { message: "Role changed." });

export const setEnd = formAction((api, input) => api.members.setEnd(input), { message: "End date saved." });

export const removeMember = formAction((api, input) => api.members.remove(input), {
  // New secrets are shown once in place of the form, because no secret may be in an address.
  goTo: ({ rotated }, { workspace }) => (rotated.length > 0 ? undefined : `/w/${workspace}/members?done=removed`),
});

export const leaveWorkspace = formAction((api, input) => api.members.leave(input), { goTo: () => "/" });

export const resendInvitation = formAction((api, input) => api.invitations.resend(input), {
  message: "Sent again. The earlier link no longer works.",
});

export const revokeInvitation = formAction((api, input) => api.invitations.revoke(input), {
  goTo: (_, { workspace }) => `/w/${workspace}/members/invitations?done=revoked`,
});

export const makeInvitationLink = formAction((api, input) => api.invitations.copyLink(input));

export const approveRequest = formAction((api, input) => api.joinRequests.approve(input), {
  goTo: (_, { workspace }) => `/w/${workspace}/members/requests?done=approved`,
});

export const declineRequest = formAction((api, input) => api.joinRequests.decline(input), {
  goTo: (_, { workspace }) => `/w/${workspace}/members/requests?done=declined`,
});

const members =
  (done: string, tab = "") =>
  (_: unknown, { workspace }: Record<string, string | string[]>) =>
    `/w/${workspace}/members${tab}?done=${done}`;

export const askForRole = formAction((api, input) => api.roleRequests.ask(input), { goTo: members("asked") });

export const withdrawRoleRequest = formAction((api, input) => api.roleRequests.withdraw(input), {
  goTo: members("withdrawn"),
});

export const approveRoleRequest = formAction((api, input) => api.roleRequests.approve(input), {
  goTo: members("role-given", "/requests"),
});

export const declineRoleRequest = formAction((api, input) => api.roleRequests.decline(input), {
  goTo: members("declined", "/requests"),
});

const changed = { message: outcomeText };

export const changeRoles = formAction((api, input) => api.members.changeRoles(input), changed);

export const removeMembers = formAction((api, input) => api.members.removeMany(input), changed);

export const changeInvitations = formAction((api, input) => api.invitations.changeMany(input), changed);

export const startReview = formAction((api, input) => api.reviews.start(input), {
  goTo: ({ id }, { workspace }) => `/w/${workspace}/members/reviews/${id}`,
});

export const decideMembers = formAction((api, input) => api.reviews.decideMembers(input), changed);

export const decideKeys = formAction((api, input) => api.reviews.decideKeys(input), changed);

export const restoreMember = formAction((api, input) => api.reviews.restoreMember(input), { message: "Restored." });

export const restoreKey = formAction((api, input) => api.reviews.restoreKey(input), { message: "Restored." });
