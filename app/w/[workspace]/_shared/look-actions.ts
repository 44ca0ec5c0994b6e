"use server";

import { formAction } from "@/server/composition/form-action";

/** Ends an operator's look inside, from any page. */
export const endLook = formAction((api, input) => api.looks.end(input), {
  goTo: (_, { workspace }) => `/w/${workspace}/settings?done=look-ended`,
});
