"use server";

import { formAction } from "@/server/composition/form-action";

export const saveView = formAction((api, input) => api.workspaces.saveView(input), { message: "View saved." });

export const removeView = formAction((api, input) => api.workspaces.removeView(input), { message: "View removed." });
