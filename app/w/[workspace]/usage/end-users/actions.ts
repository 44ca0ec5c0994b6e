"use server";

import { formAction } from "@/server/composition/form-action";

type Fields = Record<string, string | string[]>;

const at = (workspace: unknown) => `/w/${workspace}/usage/end-users`;

export const setEndUsers = formAction((api, input) => api.endUsers.set(input), { message: "Saved." });

/** Leads to an end user. The form is posted, so that the name does not appear in an address. */
export const findEndUser = formAction((api, input: { workspace: string; name: string }) => api.endUsers.find(input), {
  message: "No end user with this id is known.",
  goTo: ({ id }, { workspace }) => (id === null ? undefined : `${at(workspace)}/${id}`),
});

export const forgetEndUser = formAction((api, input) => api.endUsers.forget(input), {
  goTo: (_: unknown, { workspace }: Fields) => `${at(workspace)}?done=forgotten`,
});
