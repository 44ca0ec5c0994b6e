import type { Metadata } from "next";
import { Split, SplitTitle } from "@/app/_shared/split";
import { LinkButton } from "@/app/_ui/button";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { declineByMail } from "@/app/(onboarding)/_shared/actions";
import { AnsweredByMail, MailedOffer } from "@/app/(onboarding)/_shared/answered-by-mail";
import { roleText } from "@/server/access/permissions";
import { api } from "@/server/composition/caller";

export const metadata: Metadata = { title: "Decline an invitation" };

/** Shows the page of the "Decline" link in an invitation mail, with or without a session. Opening it declines nothing, because mail scanners open links too. */
export default async function Decline({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const offer = await (await api()).invitations.inspectByMail({ token });
  if (offer.state !== "open") return <AnsweredByMail state={offer.state} />;
  return (
    <Split>
      <SplitTitle title="Decline this invitation?">
        The invitation ends. You do not need an account, and you will get no further mail about it.
      </SplitTitle>
      <MailedOffer {...offer} roleName={roleText[offer.role].name} />
      <div className="flex flex-col gap-2">
        <Form action={declineByMail}>
          <HiddenFields values={{ token }} />
          <SubmitButton size="lg" full pendingLabel="Declining…">
            Decline invitation
          </SubmitButton>
        </Form>
        <LinkButton href={`/report/${token}`} variant="ghost" size="lg" full>
          Report it instead
        </LinkButton>
      </div>
    </Split>
  );
}
