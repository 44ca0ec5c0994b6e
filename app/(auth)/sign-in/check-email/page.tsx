import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { MailCheck } from "@/app/_ui/icons";
import { Notice } from "@/app/_ui/notice";
import { Split, SplitTitle } from "@/app/(onboarding)/split";
import { api } from "@/server/composition/caller";

export const metadata: Metadata = { title: "Check your email" };

export default async function CheckEmail() {
  const hasMailbox = await (await api()).mailbox.isOpen();
  return (
    <Split>
      <MailCheck className="mb-5 size-9 text-accent" strokeWidth={1.5} />
      <SplitTitle title="Check your email">
        We sent you a link to sign in. It works once, for 10 minutes. It may take a moment, and it may have landed among
        the junk.
      </SplitTitle>
      {hasMailbox && (
        <Notice
          title="No mail provider is configured"
          role="note"
          className="mb-6"
          action={
            <LinkButton href="/dev/mailbox" size="sm">
              Open the mailbox
            </LinkButton>
          }
        >
          On this instance all mail lands in a mailbox page.
        </Notice>
      )}
      <LinkButton href="/sign-in">Use another address</LinkButton>
    </Split>
  );
}
