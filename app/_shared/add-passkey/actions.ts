"use server";

import { formAction } from "@/server/composition/form-action";

export const beginPasskey = formAction((api) => api.passkeys.begin());

export const keepPasskey = formAction((api, input) => api.passkeys.add(input), { message: "The passkey was added." });
