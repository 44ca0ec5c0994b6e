import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AddPasskey } from "@/app/_shared/add-passkey/add-passkey";
import { Split, SplitTitle } from "@/app/_shared/split";
import { Button } from "@/app/_ui/button";
import { safePath } from "@/server/auth/callback-url";
import { session, waitingSession } from "@/server/auth/session";
import { logOut } from "../../_sign-out/log-out";
import { PasskeyButton } from "../passkey-button";

export const metadata: Metadata = { title: "Passkey" };

type Query = Promise<{ callbackUrl?: string | string[] }>;

/** Asks a person who must have a passkey to use it, or to add their first one. Afterwards it leads to the page they wanted. */
export default async function RequiredPasskey({ searchParams }: { searchParams: Query }) {
  const { callbackUrl } = await searchParams;
  const target = safePath(callbackUrl);
  if (await session()) redirect(target as never);
  const waiting = await waitingSession();
  if (!waiting) redirect(`/sign-in?callbackUrl=${encodeURIComponent(target)}` as never);
  const isNew = waiting.step === "add";
  return (
    <Split>
      <SplitTitle title={isNew ? "Add a passkey" : "Use your passkey"}>
        A passkey is required of {waiting.person.email} here.{" "}
        {isNew
          ? "A passkey is stored on your device or in your password manager. You sign in with your fingerprint, your face or a PIN. Add one to continue."
          : "Use your passkey to continue. If you have lost it, ask the people who run this Atelier to remove it; then you can add a new one."}
      </SplitTitle>
      {isNew ? <AddPasskey /> : <PasskeyButton target={target} />}
      <form action={logOut} className="mt-4">
        <Button type="submit" variant="ghost">
          Sign out
        </Button>
      </form>
    </Split>
  );
}
