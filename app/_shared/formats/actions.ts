"use server";

import { formAction } from "@/server/composition/form-action";

export const adoptFormats = formAction((api, input) => api.account.adoptFormats(input));
