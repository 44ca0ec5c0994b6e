import type { Metadata } from "next";
import { Split, SplitTitle } from "@/app/_shared/split";
import { LinkButton } from "@/app/_ui/button";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { askByLink, joinByLink } from "@/app/(onboarding)/_shared/actions";
import { Corner } from "@/app/(onboarding)/_shared/corner";
import { SwitchAccount } from "@/app/(onboarding)/_shared/switch-account";
import { roleText } from "@/server/access/permissions";
import { instanceName } from "@/server/composition/appearance";
import { api } from "@/server/composition/caller";

export const metadata: Metadata = { title: "Join workspace" };

/** Shows the page of an invite link. Opening it does not count as a use of the link. */
export default async function InviteLink({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const { account, inviteLinks, workspaces } = await api();
  const [offer, person, recent] = await Promise.all([
    inviteLinks.inspect({ token }),
    account.get(),
    workspaces.recent(),
  ]);
  const corner = <Corner email={person.email} home={recent.rows[0]?.slug ?? null} />;
  if (offer.state === "member") {
    return (
      <Split corner={corner}>
        <SplitTitle title="You are already a member of this workspace">You do not need this link.</SplitTitle>
        <LinkButton href={`/w/${offer.slug}`} variant="primary" size="lg" full>
          Open the workspace
        </LinkButton>
      </Split>
    );
  }
  if (offer.state === "closed") {
    return (
      <Split corner={corner}>
        <SplitTitle title="This link no longer works">
          It was turned off, has expired, or has reached its maximum number of uses. Ask the person who gave it to you
          for a new one.
        </SplitTitle>
        <LinkButton href="/" variant="primary" size="lg" full>
          Go to {instanceName()}
        </LinkButton>
      </Split>
    );
  }
  if (offer.state === "wrong_domain") {
    return (
      <Split corner={corner}>
        <SplitTitle title={`This link is for ${offer.domain} addresses`}>
          You are signed in as <strong className="wrap-anywhere font-medium text-ink">{offer.signedInAs}</strong>.
        </SplitTitle>
        <SwitchAccount callbackUrl={`/link/${token}`} />
      </Split>
    );
  }
  if (offer.state !== "open") {
    return (
      <Split corner={corner}>
        <SplitTitle title={`Ask to join workspace ${offer.workspaceName}`}>
          {offer.state === "full"
            ? "Every seat of this workspace is taken. An Admin can add one for you."
            : "You were a member before, so an Admin has to approve your request to join."}
        </SplitTitle>
        {offer.isWaiting ? (
          <p role="status">Your request was sent. The Admins have been told.</p>
        ) : (
          <Form action={askByLink}>
            <HiddenFields values={{ token }} />
            <SubmitButton size="lg" full pendingLabel="Asking…">
              {offer.state === "full" ? "Ask for a seat" : "Ask to join"}
            </SubmitButton>
          </Form>
        )}
      </Split>
    );
  }
  const role = roleText[offer.role];
  return (
    <Split corner={corner}>
      <SplitTitle title={`Join workspace ${offer.workspaceName}`}>
        As {role.name}: {role.purpose}
      </SplitTitle>
      <Form action={joinByLink}>
        <HiddenFields values={{ token }} />
        <SubmitButton size="lg" full pendingLabel="Joining…">
          Join workspace
        </SubmitButton>
      </Form>
    </Split>
  );
}
