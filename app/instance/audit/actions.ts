"use server";

import { formAction } from "@/server/composition/form-action";

export const verify = formAction((api, input) => api.instance.verifyAudit(input));
