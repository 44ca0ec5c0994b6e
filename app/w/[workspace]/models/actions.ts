"use server";

import { outcomeText } from "@/app/_ui/selection-text";
import { formAction } from "@/server/composition/form-action";
import { modelHref } from "../_shared/model-href";

type Fields = Record<string, string | string[]>;

const text = (value: string | string[] | undefined) => [value].flat()[0] ?? "";

/** Redirects to the model's page, which shows the result. */
const view = (done: string) => ({
  goTo: (_: unknown, { workspace, modelId }: Fields) => modelHref(text(workspace), text(modelId), { done }),
});

/** Redirects to the list, which shows the result. */
const list = (done: string) => ({ goTo: (_: unknown, { workspace }: Fields) => `/w/${workspace}/models?done=${done}` });

export const updateModel = formAction((api, input) => api.models.update(input), { message: "Saved." });

export const setVisibility = formAction((api, input) => api.models.setVisibility(input), { message: "Saved." });

export const reassignModel = formAction((api, input) => api.models.reassign(input), view("reassigned"));

export const archiveModel = formAction((api, input) => api.models.archive(input), view("archived"));

export const restoreModel = formAction((api, input) => api.models.restore(input), view("restored"));

export const shareModel = formAction((api, input) => api.models.share(input), view("shared"));

export const endShare = formAction((api, input) => api.models.endShare(input), view("share-ended"));

export const removeModel = formAction((api, input) => api.models.remove(input), list("deleted"));

export const moveModel = formAction((api, input) => api.models.move(input), list("moved"));

export const askForModel = formAction((api, input) => api.budgets.askForModel(input), list("asked"));

export const registerModel = formAction((api, input) => api.models.register(input), {
  goTo: ({ id }, { workspace }: Fields) => modelHref(text(workspace), id, { done: "registered" }),
});

export const archiveModels = formAction((api, input) => api.models.archiveMany(input), { message: outcomeText });
