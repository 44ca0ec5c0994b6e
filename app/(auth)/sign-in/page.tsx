import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { providerWords } from "@/app/_shared/provider-words";
import { Or, Split, SplitTitle } from "@/app/_shared/split";
import { Button } from "@/app/_ui/button";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { safePath } from "@/server/auth/callback-url";
import { isMailLinkOn, mailLinkOffSentence } from "@/server/auth/mail-link";
import { hasPasskeys } from "@/server/auth/passkey-sign-in";
import { listProviders } from "@/server/auth/providers/list";
import { session, waitingSession } from "@/server/auth/session";
import { pageAppearance } from "@/server/composition/appearance";
import { requestLink } from "./actions";
import { PasskeyButton } from "./passkey-button";
import { SignUpNotes } from "./sign-up-notes";

export const metadata: Metadata = { title: "Sign in" };

type Query = Promise<{
  callbackUrl?: string | string[];
  notice?: string;
  error?: string;
  failure?: string | string[];
  provider?: string | string[];
}>;

export default async function SignIn({ searchParams }: { searchParams: Query }) {
  const { callbackUrl, notice, error, failure, provider } = await searchParams;
  const target = safePath(callbackUrl);
  const [providers, byMail] = await Promise.all([listProviders(), isMailLinkOn()]);
  const { name, supportEmail, termsUrl } = pageAppearance();
  const failed = providerWords(failure, providers, provider);
  if (notice !== "again" && !failed && ((await session()) ?? (await waitingSession()))) redirect(target as never);
  return (
    <Split>
      <SplitTitle title={`Sign in to ${name}`}>
        {target.startsWith("/invite/")
          ? "Sign in to see your invitation. If you are new here, an account is created for you."
          : byMail
            ? "We send you a link by e-mail. If you are new here, an account is created for you."
            : await mailLinkOffSentence()}
      </SplitTitle>
      {notice === "again" && (
        <Notice tone="info" role="note" className="mb-6">
          Sign in again to confirm that it is you. Then continue where you were.
        </Notice>
      )}
      {notice === "required" && (
        <Notice tone="warning" className="mb-6">
          Your organization requires its own sign-in provider for your address. Continue with it below.
        </Notice>
      )}
      {notice === "deleted" && (
        <Notice tone="success" className="mb-6">
          Your account was deleted.
        </Notice>
      )}
      {failed && (
        <Notice tone={failed.tone} className="mb-6">
          {failed.text}
        </Notice>
      )}
      {error && (
        <Notice tone="warning" className="mb-6">
          Signing in did not work. Try again, or sign in another way.
        </Notice>
      )}
      {notice === "too-many-accounts" && (
        <Notice tone="warning" className="mb-6">
          This Atelier has reached its daily limit of new accounts. Try again tomorrow, or contact the people who run
          it.
        </Notice>
      )}
      {notice === "mail-link-off" && (
        <Notice tone="warning" className="mb-6">
          {await mailLinkOffSentence()}
        </Notice>
      )}
      {notice === "link" && (
        <Notice tone="warning" className="mb-6">
          That link was already used or has expired.{byMail && " Ask for a new one here."}
        </Notice>
      )}
      {byMail && (
        <Form action={requestLink}>
          <HiddenFields values={{ callbackUrl: target }} />
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
      )}
      {(hasPasskeys() || providers.length > 0) && (
        <>
          {byMail && (
            <div className={providers.length > 0 ? "" : "noscript:hidden"}>
              <Or />
            </div>
          )}
          <div className="flex flex-col gap-2">
            {hasPasskeys() && <PasskeyButton target={target} />}
            {providers.map(({ id, name }) => (
              <form key={id} action="/api/auth/start" method="post">
                <HiddenFields values={{ provider: id, callbackUrl: target }} />
                <Button type="submit" size="lg" full>
                  Continue with {name}
                </Button>
              </form>
            ))}
          </div>
        </>
      )}
      <SignUpNotes supportEmail={supportEmail} termsUrl={termsUrl} />
    </Split>
  );
}
