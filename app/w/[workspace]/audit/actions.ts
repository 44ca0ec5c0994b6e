"use server";

import { formAction } from "@/server/api/form-action";

export const verify = formAction((api, input) => api.audit.verify(input));
