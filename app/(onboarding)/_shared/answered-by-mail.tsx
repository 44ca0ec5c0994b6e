import { Split, SplitTitle } from "@/app/_shared/split";
import { LinkButton } from "@/app/_ui/button";
import { instanceName } from "@/server/composition/appearance";

const texts = {
  declined: [
    "This invitation was declined",
    "It can no longer be accepted. If you change your mind, ask the person who invited you for a new one.",
  ],
  reported: [
    "This invitation was reported",
    "It has ended, the Admins of the workspace have been told, and the workspace cannot invite this address again.",
  ],
  accepted: [
    "This invitation was accepted",
    "It can no longer be declined. The person who accepted it can leave the workspace on its Members page.",
  ],
  revoked: ["This invitation was revoked", "The workspace revoked it, so you do not need to decline it."],
  expired: ["This invitation has expired", "It can no longer be accepted, so you do not need to decline it."],
} as const;

/** Shows the page of a mail's link after the invitation was answered or has ended. */
export function AnsweredByMail({ state }: { state: keyof typeof texts }) {
  const [title, sentence] = texts[state];
  return (
    <Split>
      <SplitTitle title={title}>{sentence}</SplitTitle>
      <LinkButton href="/" size="lg" full>
        Go to {instanceName()}
      </LinkButton>
    </Split>
  );
}

/** Shows which invitation the link belongs to, with the same words as its mail. */
export function MailedOffer({
  workspaceName,
  inviterName,
  roleName,
  address,
}: {
  workspaceName: string;
  inviterName: string;
  roleName: string;
  address: string;
}) {
  const facts = [
    ["Workspace", workspaceName],
    ["Invited by", inviterName],
    ["As", roleName],
    ["Sent to", address],
  ];
  return (
    <dl className="mb-8 grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 border-hairline border-y py-4">
      {facts.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-ink-faint">{label}</dt>
          <dd className="wrap-anywhere min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
