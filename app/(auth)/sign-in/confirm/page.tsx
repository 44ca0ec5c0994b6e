import type { Metadata } from "next";
import { Split, SplitTitle } from "@/app/_shared/split";
import { Button, LinkButton } from "@/app/_ui/button";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { safePath } from "@/server/auth/callback-url";
import { isMailLinkOn, mailLinkOffSentence } from "@/server/auth/mail-link";
import { session } from "@/server/auth/session";
import { inspectLink } from "@/server/auth/sign-in";
import { instanceName } from "@/server/composition/appearance";

export const generateMetadata = (): Metadata => ({ title: `Continue to ${instanceName()}` });

type Query = Promise<{ token?: string | string[]; callbackUrl?: string | string[] }>;

/**
 * Shows the page of a mailed sign-in link. Opening it does not use the link: mail scanners open links too, but they do not press buttons.
 */
export default async function Confirm({ searchParams }: { searchParams: Query }) {
  const { token, callbackUrl } = await searchParams;
  const [link, person, byMail] = await Promise.all([inspectLink(token), session(), isMailLinkOn()]);
  if (!byMail) {
    return (
      <Split>
        <SplitTitle title="This link does not sign in">{await mailLinkOffSentence()}</SplitTitle>
        <LinkButton
          href={`/sign-in?callbackUrl=${encodeURIComponent(safePath(callbackUrl))}`}
          variant="primary"
          size="lg"
          full
        >
          Sign in another way
        </LinkButton>
      </Split>
    );
  }
  if (link.state === "dead") {
    return (
      <Split>
        <SplitTitle title="This link no longer works">
          A link works once, for 10 minutes. This link was already used, has expired, or is incomplete.
        </SplitTitle>
        <LinkButton
          href={`/sign-in?callbackUrl=${encodeURIComponent(safePath(callbackUrl))}`}
          variant="primary"
          size="lg"
          full
        >
          Get a new link
        </LinkButton>
      </Split>
    );
  }
  return (
    <Split>
      <SplitTitle title={`Continue to ${instanceName()}`}>
        You are signing in as <strong className="wrap-anywhere font-medium text-ink">{link.email}</strong>.
      </SplitTitle>
      <div className="mb-6 flex flex-col gap-3 empty:hidden">
        {!link.isSameBrowser && (
          <Notice tone="warning" title="This link was requested in another browser" role="note">
            Continue only if you requested it. If you received this link from another person, close the page.
          </Notice>
        )}
        {person && person.email !== link.email && (
          <Notice role="note">
            This browser is signed in as {person.email}. Continuing switches to {link.email}.
          </Notice>
        )}
      </div>
      <form method="post" action="/api/auth/confirm">
        <HiddenFields values={{ token: String(token), callbackUrl: safePath(callbackUrl) }} />
        <Button type="submit" variant="primary" size="lg" full>
          Continue
        </Button>
      </form>
    </Split>
  );
}
