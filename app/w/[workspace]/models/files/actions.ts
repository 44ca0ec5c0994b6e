"use server";

import { formAction } from "@/server/composition/form-action";

export const removeFile = formAction((api, input) => api.files.remove(input), {
  goTo: (_, { workspace }) => `/w/${workspace}/models/files?done=deleted`,
});
