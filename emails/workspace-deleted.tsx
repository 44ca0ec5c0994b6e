import { Button } from "./button";
import { defuse, oneLine } from "./defuse";
import { Fact, Layout, Paragraph, Strong } from "./layout";
import { Named } from "./who";

export interface WorkspaceDeletedProps {
  /** The account page, where deleted workspaces can be restored. */
  url: string;
  workspaceName: string;
  /** The Admin who deleted it. */
  personName: string;
  personEmail: string;
  /** The number of days during which it can be restored. */
  days: number;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject(_props: WorkspaceDeletedProps): string {
  return "A workspace of yours was deleted";
}

/** Renders the mail to the other Admins of a workspace that one of them has deleted: any of them can restore it. */
export default function WorkspaceDeleted(props: WorkspaceDeletedProps) {
  return (
    <Layout
      title="A workspace was deleted"
      preheader={`It can no longer be opened, and its keys are disabled. You can restore it for ${props.days} days.`}
      origin={props.origin}
      reason="You got this e-mail because you were an Admin of the workspace."
    >
      <Named label="Workspace" text={props.workspaceName} />
      <Fact label="Deleted by">
        <Strong>{defuse(props.personName)}</Strong> ({oneLine(props.personEmail)})
      </Fact>
      <Paragraph>
        It can no longer be opened, its API keys are refused and its fine-tuning jobs are cancelled. For {props.days}{" "}
        days each of its Admins can restore it, with its members and keys as before. After that its files, keys and
        models are permanently deleted.
      </Paragraph>
      <Button href={props.url} label="See deleted workspaces" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/account",
  workspaceName: "Analytical Engines",
  personName: "Charles Babbage",
  personEmail: "charles@acme.com",
  days: 30,
  origin: "https://atelier.acme.com",
} satisfies WorkspaceDeletedProps;
