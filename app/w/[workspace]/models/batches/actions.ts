"use server";

import { formAction } from "@/server/composition/form-action";

export const createBatch = formAction((api, input) => api.batches.create(input), {
  goTo: ({ batchId }, { workspace }) => `/w/${workspace}/models/batches/${batchId}?done=created`,
});

export const cancelBatch = formAction((api, input) => api.batches.cancel(input), {
  goTo: (_, { workspace, batchId }) => `/w/${workspace}/models/batches/${batchId}?done=cancelled`,
});
