import { Button } from "./button";
import { Fact, Layout, Paragraph, Strong } from "./layout";
import { Named } from "./who";

export interface RoleAnsweredProps {
  /** The workspace. */
  url: string;
  isApproved: boolean;
  workspaceName: string;
  /** The role they have now; after a refusal, the role they asked for. */
  role: "Admin" | "Developer" | "Billing" | "Viewer";
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject({ isApproved }: RoleAnsweredProps): string {
  return isApproved ? "You have a new role" : "Your request for another role was declined";
}

/** Renders the mail to the member who asked for another role: the answer. */
export default function RoleAnswered(props: RoleAnsweredProps) {
  const { isApproved } = props;
  return (
    <Layout
      title={isApproved ? "Your request was approved" : "Your request was declined"}
      preheader={isApproved ? "Your new role applies from now on." : "Your role was not changed."}
      origin={props.origin}
      reason="You got this e-mail because you asked for another role in the workspace."
    >
      <Named label="Workspace" text={props.workspaceName} />
      <Fact label={isApproved ? "Your role" : "You asked for"}>
        <Strong>{props.role}</Strong>
      </Fact>
      {!isApproved && <Paragraph>Your role was not changed. If you need more, talk to one of the Admins.</Paragraph>}
      <Button href={props.url} label="Open the workspace" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines",
  isApproved: true,
  workspaceName: "Analytical Engines",
  role: "Developer",
  origin: "https://atelier.acme.com",
} satisfies RoleAnsweredProps;
