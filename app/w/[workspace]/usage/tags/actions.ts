"use server";

import { formAction } from "@/server/composition/form-action";

type Fields = Record<string, string | string[]>;

const list = (done: string) => ({
  goTo: (_: unknown, { workspace }: Fields) => `/w/${workspace}/usage/tags?done=${done}`,
});

export const declareTag = formAction((api, input) => api.tags.declare(input), list("declared"));

export const removeTag = formAction((api, input) => api.tags.remove(input), list("removed"));

export const setUndeclared = formAction((api, input) => api.tags.setUndeclared(input), { message: "Saved." });
