import { Button } from "./button";
import { oneLine } from "./defuse";
import { Fact, Layout, Paragraph, Strong } from "./layout";
import { productName } from "./product";
import { Named } from "./who";

export interface RequestAnsweredProps {
  /** The workspace, or a page that the person can use without it. */
  url: string;
  isApproved: boolean;
  workspaceName: string;
  /** The person's role in the workspace; null when they were declined. */
  role: "Admin" | "Developer" | "Billing" | "Viewer" | null;
  /** The address of the person who asked. This mail is sent to it. */
  recipient: string;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

export function subject({ isApproved }: RequestAnsweredProps): string {
  return isApproved ? "Your request to join was approved" : "Your request to join was declined";
}

/** Renders the mail to the person who asked to join a workspace: the answer. */
export default function RequestAnswered(props: RequestAnsweredProps) {
  const { isApproved, role, origin } = props;
  return (
    <Layout
      title={isApproved ? "Your request was approved" : "Your request was declined"}
      preheader={
        isApproved ? "You now find the workspace in your account menu." : "You can create a workspace of your own."
      }
      origin={origin}
      reason={`You got this e-mail because ${oneLine(props.recipient)} asked to join a workspace.`}
    >
      <Named label="Workspace" text={props.workspaceName} />
      {role && (
        <Fact label="Your role">
          <Strong>{role}</Strong>
        </Fact>
      )}
      {!isApproved && <Paragraph>If you think that this is a mistake, talk to a member of the workspace.</Paragraph>}
      <Button href={props.url} label={isApproved ? "Open the workspace" : `Go to ${productName()}`} />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines",
  isApproved: true,
  workspaceName: "Analytical Engines",
  role: "Developer",
  recipient: "grace@acme.com",
  origin: "https://atelier.acme.com",
} satisfies RequestAnsweredProps;
