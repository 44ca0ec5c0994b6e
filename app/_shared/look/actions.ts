"use server";

import { formAction } from "@/server/composition/form-action";

/** Withdraws an operator's request to look inside, or ends their look. */
export const endLook = formAction((api, input) => api.instance.endLook(input), {
  goTo: (_, { slug }) => `/instance/workspaces/${slug}?done=look-ended`,
});
