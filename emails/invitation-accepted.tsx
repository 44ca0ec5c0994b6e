import { Button } from "./button";
import { Fact, Layout, Strong } from "./layout";
import { Named, Who } from "./who";

export interface InvitationAcceptedProps {
  /** The workspace's members. */
  url: string;
  /** The name of the person who accepted, as they entered it. When it is empty, the mail shows only the address. */
  personName: string;
  personEmail: string;
  workspaceName: string;
  role: "Admin" | "Developer" | "Billing" | "Viewer";
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject(_props: InvitationAcceptedProps): string {
  return "Your invitation was accepted";
}

/** Renders the mail to the member who sent an invitation: it was accepted. */
export default function InvitationAccepted(props: InvitationAcceptedProps) {
  return (
    <Layout
      title="Your invitation was accepted"
      preheader="One of your workspaces has a new member."
      origin={props.origin}
      reason="You got this e-mail because you sent the invitation. Turn these e-mails off in your account settings."
    >
      <Who label="New member" name={props.personName} email={props.personEmail} />
      <Named label="Workspace" text={props.workspaceName} />
      <Fact label="As">
        <Strong>{props.role}</Strong>
      </Fact>
      <Button href={props.url} label="See the members" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/members",
  personName: "Grace Hopper",
  personEmail: "grace@acme.com",
  workspaceName: "Analytical Engines",
  role: "Developer",
  origin: "https://atelier.acme.com",
} satisfies InvitationAcceptedProps;
