import { Button } from "./button";
import { oneLine } from "./defuse";
import { Fact, Layout, Paragraph, Strong } from "./layout";
import { Named, Who } from "./who";

export interface InvitationReportedProps {
  /** The workspace's audit log. */
  url: string;
  /** The address that was invited. Its owner reported the invitation. */
  invitedEmail: string;
  /** The name of the member who sent the invitation, as they entered it; may be empty. */
  inviterName: string;
  /** Empty after that account was deleted. */
  inviterEmail: string;
  workspaceName: string;
  role: "Admin" | "Developer" | "Billing" | "Viewer";
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject(_props: InvitationReportedProps): string {
  return "An invitation of your workspace was reported";
}

/** Renders the mail to each Admin of a workspace: an invitation was reported as unwanted. */
export default function InvitationReported(props: InvitationReportedProps) {
  return (
    <Layout
      title="An invitation was reported"
      preheader="The recipient says that it was unwanted. The address cannot be invited again."
      origin={props.origin}
      reason="You got this e-mail because you are an Admin of the workspace."
    >
      <Fact label="Reported by">
        <Strong>{oneLine(props.invitedEmail)}</Strong>
      </Fact>
      <Who label="Invited by" name={props.inviterName} email={props.inviterEmail} />
      <Named label="Workspace" text={props.workspaceName} />
      <Fact label="As">
        <Strong>{props.role}</Strong>
      </Fact>
      <Paragraph>
        The invitation has ended, and this workspace cannot invite the address again. If it was sent to a wrong address,
        ask the person for the right one. If you do not know why it was sent, check the other actions of that account.
      </Paragraph>
      <Button href={props.url} label="See the audit log" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/audit",
  invitedEmail: "grace@acme.com",
  inviterName: "Ada Lovelace",
  inviterEmail: "ada@acme.com",
  workspaceName: "Analytical Engines",
  role: "Developer",
  origin: "https://atelier.acme.com",
} satisfies InvitationReportedProps;
