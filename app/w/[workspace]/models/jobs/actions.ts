"use server";

import { formAction } from "@/server/composition/form-action";

type Fields = Record<string, string | string[]>;

const done = (what: string) => ({
  goTo: (_: unknown, { workspace, jobId }: Fields) => `/w/${workspace}/models/jobs/${jobId}?done=${what}`,
});

export const startJob = formAction((api, input) => api.fineTuning.start(input), done("started"));

export const cancelJob = formAction((api, input) => api.fineTuning.cancel(input), done("cancelled"));

/**
 * Both steps of a new job: the estimate, and then the creation of the job. The fields are sent along, so that the
 * second step works without JavaScript.
 */
export const submitJob = formAction(
  async (api, { stage, ...fields }: Fields) => {
    if (stage === "create") return { jobId: (await api.fineTuning.create(fields as never)).jobId };
    return { estimate: await api.fineTuning.dryRun(fields as never), fields: { ...fields } };
  },
  { goTo: (data, { workspace }) => ("jobId" in data ? `/w/${workspace}/models/jobs/${data.jobId}?done=created` : "") },
);
