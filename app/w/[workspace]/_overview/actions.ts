"use server";

import { formAction } from "@/server/composition/form-action";

export const hideSetup = formAction((api, input) => api.workspaces.hideSetup(input));
