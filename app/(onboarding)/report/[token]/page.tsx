import type { Metadata } from "next";
import { Split, SplitTitle } from "@/app/_shared/split";
import { LinkButton } from "@/app/_ui/button";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { reportByMail } from "@/app/(onboarding)/_shared/actions";
import { AnsweredByMail, MailedOffer } from "@/app/(onboarding)/_shared/answered-by-mail";
import { roleText } from "@/server/access/permissions";
import { api } from "@/server/composition/caller";

export const metadata: Metadata = { title: "Report an invitation" };

/** Shows the page of the "Report" link in an invitation mail, with or without a session. Opening it reports nothing, because mail scanners open links too. */
export default async function Report({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const offer = await (await api()).invitations.inspectByMail({ token });
  if (offer.state !== "open") return <AnsweredByMail state={offer.state} />;
  return (
    <Split>
      <SplitTitle title="Report this invitation?">
        The invitation ends, the workspace's Admins are told that it was unwanted, and the workspace cannot invite you
        again. You do not need an account.
      </SplitTitle>
      <MailedOffer {...offer} roleName={roleText[offer.role].name} />
      <div className="flex flex-col gap-2">
        <Form action={reportByMail}>
          <HiddenFields values={{ token }} />
          <SubmitButton variant="danger" size="lg" full pendingLabel="Reporting…">
            Report invitation
          </SubmitButton>
        </Form>
        <LinkButton href={`/decline/${token}`} variant="ghost" size="lg" full>
          Only decline it
        </LinkButton>
      </div>
    </Split>
  );
}
