"use server";

import { redirect } from "next/navigation";
import { safePath } from "@/server/auth/callback-url";
import { endSession } from "@/server/auth/sign-in";

/** Ends this browser's session. A `callbackUrl` is opened after the next sign-in. */
export async function logOut(form: FormData): Promise<void> {
  await endSession();
  const wanted = safePath(form.get("callbackUrl"));
  redirect(wanted === "/" ? "/sign-in" : `/sign-in?callbackUrl=${encodeURIComponent(wanted)}`);
}
