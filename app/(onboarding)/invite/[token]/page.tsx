import type { Metadata } from "next";
import { Split, SplitTitle } from "@/app/_shared/split";
import { LinkButton } from "@/app/_ui/button";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatExact } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Building2 } from "@/app/_ui/icons";
import { Notice } from "@/app/_ui/notice";
import { RelativeTime } from "@/app/_ui/time";
import { acceptInvitation, askForSeat, declineInvitation } from "@/app/(onboarding)/_shared/actions";
import { Corner } from "@/app/(onboarding)/_shared/corner";
import { SwitchAccount } from "@/app/(onboarding)/_shared/switch-account";
import { roleText } from "@/server/access/permissions";
import { instanceName } from "@/server/composition/appearance";
import { api } from "@/server/composition/caller";

export const metadata: Metadata = { title: "Invitation" };

const closed = {
  invitation_expired: [
    "This invitation has expired",
    "Invitations expire after 7 days. Ask the person who invited you for a new one.",
  ],
  invitation_revoked: [
    "This invitation was revoked",
    "The workspace revoked it. If that was a mistake, ask them to invite you again.",
  ],
  invitation_declined: [
    "You declined this invitation",
    "If you have changed your mind, ask the person who invited you for a new one.",
  ],
  invitation_used: [
    "You have accepted this invitation",
    "An invitation works once. You find the workspace in your account menu.",
  ],
  verify_email: [
    "Confirm your e-mail address first",
    "Log out, then sign in with a link that we mail to you. Your invitation will be waiting.",
  ],
} as const;

export default async function Invitation({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const { account, invitations, workspaces } = await api();
  const [offer, person, recent] = await Promise.all([invitations.get({ token }), account.get(), workspaces.recent()]);
  const corner = <Corner email={person.email} home={recent.rows[0]?.slug ?? null} />;

  if (offer.state === "wrong_account") {
    return (
      <Split corner={corner}>
        <SplitTitle title="This invitation is for another address">
          It was sent to <strong className="wrap-anywhere font-medium text-ink">{offer.address}</strong>, and you are
          signed in as <strong className="wrap-anywhere font-medium text-ink">{offer.signedInAs}</strong>.
        </SplitTitle>
        <SwitchAccount callbackUrl={`/invite/${token}`} />
      </Split>
    );
  }

  if (offer.state !== "open") {
    const [title, advice] = closed[offer.state];
    const slug = offer.state === "invitation_used" ? offer.slug : null;
    return (
      <Split corner={corner}>
        <SplitTitle title={title}>{advice}</SplitTitle>
        <LinkButton href={slug ? `/w/${slug}` : "/"} variant="primary" size="lg" full>
          {slug ? "Open the workspace" : `Go to ${instanceName()}`}
        </LinkButton>
      </Split>
    );
  }

  const role = roleText[offer.role];
  return (
    <Split corner={corner}>
      <span
        aria-hidden="true"
        className="mb-5 grid size-12 place-items-center rounded-lg border border-hairline bg-surface text-accent shadow-card"
      >
        <Building2 className="size-5.5" isThin />
      </span>
      <SplitTitle title={`Join workspace ${offer.workspaceName}`}>
        {offer.inviterName} invited you as {role.name}.
      </SplitTitle>
      <dl className="mb-8 grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 border-hairline border-y py-4">
        <dt className="text-ink-faint">Your role</dt>
        <dd>
          {role.name}
          <span className="block text-[0.8125rem] text-ink-soft">{role.purpose}</span>
        </dd>
        {offer.endsAt && (
          <>
            <dt className="text-ink-faint">Your access ends</dt>
            <dd>{formatExact(offer.endsAt)}</dd>
          </>
        )}
        <dt className="text-ink-faint">Expires</dt>
        <dd>
          <RelativeTime date={offer.expiresAt} />
        </dd>
      </dl>
      <div className="flex flex-col gap-2">
        {offer.isFull ? (
          <SeatForm invitationId={offer.id} isAsking={offer.isAsking} />
        ) : (
          <Form action={acceptInvitation}>
            <HiddenFields values={{ token }} />
            <SubmitButton size="lg" full pendingLabel="Joining…">
              Accept invitation
            </SubmitButton>
          </Form>
        )}
        <Form action={declineInvitation}>
          <HiddenFields values={{ token }} />
          <SubmitButton variant="ghost" size="lg" full>
            Decline
          </SubmitButton>
        </Form>
      </div>
    </Split>
  );
}

/** Replaces the button that accepts the invitation while all seats are taken. */
function SeatForm({ invitationId, isAsking }: { invitationId: string; isAsking: boolean }) {
  if (isAsking)
    return (
      <Notice role="note" className="mb-2" title="You have asked for a seat">
        You get an e-mail when an Admin answers.
      </Notice>
    );
  return (
    <>
      <Notice role="note" className="mb-2" title="Every seat of this workspace is taken">
        An Admin can add one for you.
      </Notice>
      <Form action={askForSeat}>
        <HiddenFields values={{ invitationId }} />
        <SubmitButton size="lg" full pendingLabel="Asking…">
          Ask for a seat
        </SubmitButton>
      </Form>
    </>
  );
}
