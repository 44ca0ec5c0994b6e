"use server";

import { redirect } from "next/navigation";
import { emailAddress } from "@/server/api/input";
import { refusalOf } from "@/server/api/trpc";
import { askedAddress } from "@/server/auth/asked-address";
import { mailSignInLink } from "@/server/auth/sign-in";
import type { FormState } from "@/server/composition/form-state";
import { log } from "@/server/platform/log";

/** Mails a sign-in link. The answer is the same whether or not an account exists with that address. */
export async function requestLink(_previous: FormState, form: FormData): Promise<FormState> {
  const typed = String(form.get("email") ?? "");
  const callbackUrl = form.get("callbackUrl");
  const email = emailAddress.safeParse(typed);
  if (!email.success) {
    const message = email.error.issues[0]?.message ?? "Enter your e-mail address.";
    return {
      status: "refused",
      reason: "invalid_input",
      message,
      fields: { email: message },
      values: { email: typed },
    };
  }
  const refused = await mailLink(email.data, callbackUrl);
  if (refused) return { ...refused, values: { email: typed } };
  redirect("/sign-in/check-email");
}

/** Mails another link to the last address that this browser entered, within the same limits. Earlier links still work. */
export async function requestLinkAgain(): Promise<FormState> {
  const asked = await askedAddress();
  if (!asked) redirect("/sign-in");
  const refused = await mailLink(asked.email, asked.callbackUrl);
  return refused ?? { status: "done", data: null, message: "Sent again. Each of the links works once." };
}

/** Mails a link. Returns null when it was sent, otherwise the reason why not. */
async function mailLink(email: string, callbackUrl: unknown) {
  try {
    await mailSignInLink(email, callbackUrl);
    return null;
  } catch (error) {
    const { reason, message } = refusalOf(error as Error);
    const refused = { status: "refused" as const, fields: {}, values: {} };
    if (reason === "too_many" || reason === "provider_required" || reason === "mail_link_off")
      return { ...refused, reason, message };
    log.error({ err: error }, "a sign-in link could not be prepared");
    return {
      ...refused,
      reason: "mail_unavailable",
      message: "We could not send the e-mail. Try again in a moment.",
    };
  }
}
