import { Button } from "./button";
import { defuse, oneLine } from "./defuse";
import { Fact, Layout, Paragraph, Strong } from "./layout";
import { Named } from "./who";

export interface WorkspaceRestoredProps {
  /** The workspace. */
  url: string;
  workspaceName: string;
  /** The Admin who restored it. */
  personName: string;
  personEmail: string;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject(_props: WorkspaceRestoredProps): string {
  return "A workspace of yours was restored";
}

/** Renders the mail to the other Admins of a deleted workspace that one of them has restored. */
export default function WorkspaceRestored(props: WorkspaceRestoredProps) {
  return (
    <Layout
      title="A workspace was restored"
      preheader="Its members and keys are as before."
      origin={props.origin}
      reason="You got this e-mail because you are an Admin of the workspace."
    >
      <Named label="Workspace" text={props.workspaceName} />
      <Fact label="Restored by">
        <Strong>{defuse(props.personName)}</Strong> ({oneLine(props.personEmail)})
      </Fact>
      <Paragraph>
        Its members are back, and the API keys that were not revoked and have not expired work again. Fine-tuning jobs
        that were in progress stay cancelled.
      </Paragraph>
      <Button href={props.url} label="Open the workspace" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines",
  workspaceName: "Analytical Engines",
  personName: "Charles Babbage",
  personEmail: "charles@acme.com",
  origin: "https://atelier.acme.com",
} satisfies WorkspaceRestoredProps;
