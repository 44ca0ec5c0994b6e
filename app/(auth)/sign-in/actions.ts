"use server";

import { redirect } from "next/navigation";
import { emailAddress } from "@/server/api/input";
import { refusalOf } from "@/server/api/trpc";
import { mailSignInLink } from "@/server/auth/sign-in";
import type { FormState } from "@/server/composition/form-state";
import { log } from "@/server/platform/log";

/** Mails a sign-in link. The answer is the same whether or not anybody has an account with that address. */
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
  try {
    await mailSignInLink(email.data, callbackUrl);
  } catch (error) {
    const refusal = refusalOf(error as Error);
    if (refusal.reason === "too_many")
      return { status: "refused", reason: "too_many", message: refusal.message, fields: {}, values: { email: typed } };
    log.error({ err: error }, "a sign-in link could not be prepared");
    const message = "We could not prepare the e-mail just now. Try again in a moment.";
    return { status: "refused", reason: "mail_unavailable", message, fields: {}, values: { email: typed } };
  }
  redirect("/sign-in/check-email");
}
