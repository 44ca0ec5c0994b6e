import type { Metadata } from "next";
import { Split, SplitTitle } from "@/app/_shared/split";
import { LinkButton } from "@/app/_ui/button";
import { Form, SubmitButton } from "@/app/_ui/form";
import { MailCheck } from "@/app/_ui/icons";
import { Notice } from "@/app/_ui/notice";
import { askedAddress } from "@/server/auth/asked-address";
import { api } from "@/server/composition/caller";
import { requestLinkAgain } from "../actions";

export const metadata: Metadata = { title: "Check your email" };

export default async function CheckEmail() {
  const [hasMailbox, asked] = await Promise.all([(await api()).mailbox.isOpen(), askedAddress()]);
  return (
    <Split>
      <MailCheck className="mb-5 size-9 text-accent" isThin />
      <SplitTitle title="Check your email">
        We sent a link to sign in to{" "}
        {asked ? <strong className="wrap-anywhere font-medium text-ink">{asked.email}</strong> : "you"}. It works once,
        for 10 minutes. It may take a moment to arrive. Check your spam folder, too.
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
          On this instance all mail is shown on a mailbox page.
        </Notice>
      )}
      <div className="flex flex-wrap items-start gap-2">
        {asked && (
          <Form action={requestLinkAgain}>
            <SubmitButton pendingLabel="Sending the link…">Send again</SubmitButton>
          </Form>
        )}
        <LinkButton href={another(asked?.callbackUrl)}>Use another address</LinkButton>
      </div>
    </Split>
  );
}

/** Returns the address of the sign-in page; a link requested there leads to the same target. */
function another(callbackUrl = "/"): string {
  return callbackUrl === "/" ? "/sign-in" : `/sign-in?callbackUrl=${encodeURIComponent(callbackUrl)}`;
}
