import { Button } from "./button";
import { Layout, Paragraph } from "./layout";
import { Named } from "./who";

export interface LookAnsweredProps {
  /** The workspace; after a refusal, the operators' page about it. */
  url: string;
  isGranted: boolean;
  workspaceName: string;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject({ isGranted }: LookAnsweredProps): string {
  return isGranted ? "You can look inside the workspace for an hour" : "Your request to look inside was declined";
}

/** Renders the mail to the operator who asked to view a workspace: the answer. */
export default function LookAnswered(props: LookAnsweredProps) {
  const { isGranted } = props;
  return (
    <Layout
      title={isGranted ? "You can look inside" : "Your request was declined"}
      preheader={isGranted ? "For an hour, read-only." : "You cannot look inside the workspace."}
      origin={props.origin}
      reason="You got this e-mail because you asked to look inside the workspace."
    >
      <Named label="Workspace" text={props.workspaceName} />
      <Paragraph>
        {isGranted
          ? "You have read access for one hour from the time of the answer. Members see a notice while you look, and Admins can end it."
          : "If you still need to see something in it, talk to one of its Admins."}
      </Paragraph>
      <Button href={props.url} label={isGranted ? "Open the workspace" : "See the workspace's state"} />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines",
  isGranted: true,
  workspaceName: "Analytical Engines",
  origin: "https://atelier.acme.com",
} satisfies LookAnsweredProps;
