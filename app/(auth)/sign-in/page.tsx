import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { Notice } from "@/app/_ui/notice";
import { Split, SplitTitle } from "@/app/(onboarding)/split";
import { safePath } from "@/server/auth/callback-url";
import { session } from "@/server/auth/session";
import { requestLink } from "./actions";

export const metadata: Metadata = { title: "Sign in" };

type Query = Promise<{ callbackUrl?: string | string[]; notice?: string }>;

export default async function SignIn({ searchParams }: { searchParams: Query }) {
  const { callbackUrl, notice } = await searchParams;
  const target = safePath(callbackUrl);
  if (await session()) redirect(target as never);
  return (
    <Split>
      <SplitTitle title="Sign in to Atelier">
        {target.startsWith("/invite/")
          ? "Sign in to see your invitation. A new address gets an account."
          : "We mail you a link. A new address gets an account."}
      </SplitTitle>
      {notice === "deleted" && (
        <Notice tone="success" className="mb-6">
          Your account is deleted.
        </Notice>
      )}
      {notice === "link" && (
        <Notice tone="warning" className="mb-6">
          That link was used already or has expired. Ask for a new one here.
        </Notice>
      )}
      <Form action={requestLink}>
        <input type="hidden" name="callbackUrl" value={target} />
        <TextField
          label="Email"
          name="email"
          type="email"
          autoComplete="email"
          placeholder="you@company.com"
          autoFocus
          required
        />
        <SubmitButton size="lg" full pendingLabel="Sending the link…">
          Continue with email
        </SubmitButton>
      </Form>
    </Split>
  );
}
