"use server";

import { formAction } from "@/server/api/form-action";

export const createKey = formAction((api, input) => api.keys.create(input));

export const revokeKey = formAction((api, input) => api.keys.revoke(input), {
  goTo: (_, { workspace }) => `/w/${workspace}/keys?done=revoked`,
});
