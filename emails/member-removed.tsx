import { Button } from "./button";
import { defuse, oneLine } from "./defuse";
import { Fact, Layout, Paragraph, Strong } from "./layout";
import { productName } from "./product";
import { Named } from "./who";

export interface MemberRemovedProps {
  /** A page that the person can use without the workspace. */
  url: string;
  /** The name of the Admin who did it, as they entered it. When it is empty, the mail shows only the address. */
  byName: string;
  byEmail: string;
  workspaceName: string;
  /** The address of the removed member. This mail is sent to it. */
  recipient: string;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject(_props: MemberRemovedProps): string {
  return "You were removed from a workspace";
}

/** Renders the mail to a person whose membership an Admin has ended. */
export default function MemberRemoved(props: MemberRemovedProps) {
  const address = oneLine(props.byEmail);
  const by = defuse(props.byName) || address;
  return (
    <Layout
      title="You were removed from a workspace"
      preheader="You can no longer open it. Your account and your other workspaces are not affected."
      origin={props.origin}
      reason={`You got this e-mail because ${oneLine(props.recipient)} was a member of the workspace.`}
    >
      <Named label="Workspace" text={props.workspaceName} />
      <Fact label="Removed by">
        <Strong>{by}</Strong>
        {by !== address && <> ({address})</>}
      </Fact>
      <Paragraph>
        You can no longer open it. The keys you made there are revoked, except keys that the Admin kept for the
        workspace, so your programs may be refused from now on. Your account and your other workspaces are not affected.
      </Paragraph>
      <Button href={props.url} label={`Go to ${productName()}`} />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/",
  byName: "Ada Lovelace",
  byEmail: "ada@acme.com",
  workspaceName: "Analytical Engines",
  recipient: "grace@acme.com",
  origin: "https://atelier.acme.com",
} satisfies MemberRemovedProps;
