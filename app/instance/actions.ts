"use server";

import { formAction } from "@/server/composition/form-action";

export const addOperator = formAction((api, input) => api.instance.addOperator(input), {
  goTo: () => "/instance?done=added",
});

export const removeOperator = formAction((api, input) => api.instance.removeOperator(input), {
  goTo: () => "/instance?done=removed",
});
