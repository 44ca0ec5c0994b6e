"use server";

import { formAction } from "@/server/composition/form-action";

type Fields = Record<string, string | string[]>;

const list = (done: string) => ({
  goTo: (_: unknown, { workspace }: Fields) => `/w/${workspace}/models/routes?done=${done}`,
});

export const createRoute = formAction((api, input) => api.routes.create(input), list("created"));

export const updateRoute = formAction((api, input) => api.routes.update(input), list("saved"));

export const removeRoute = formAction((api, input) => api.routes.remove(input), list("deleted"));
