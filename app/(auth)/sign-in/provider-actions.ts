"use server";

import { redirect } from "next/navigation";
import { listProviders } from "@/server/auth/providers";
import { goToProvider } from "@/server/auth/sign-in";

/** Goes to a provider: from the sign-in page to sign in there, from the account settings to link it. */
export async function continueWithProvider(form: FormData): Promise<void> {
  const provider = listProviders().find(({ id }) => id === form.get("provider"));
  if (!provider) redirect("/sign-in");
  redirect((await goToProvider(provider.id, form.get("callbackUrl"))) as never);
}
