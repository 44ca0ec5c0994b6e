"use server";

import { outcomeText } from "@/app/_ui/selection-text";
import { formAction } from "@/server/composition/form-action";

export const removeFile = formAction((api, input) => api.files.remove(input), {
  goTo: (_, { workspace }) => `/w/${workspace}/models/files?done=deleted`,
});

export const removeFiles = formAction((api, input) => api.files.removeMany(input), { message: outcomeText });
