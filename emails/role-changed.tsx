import { Button } from "./button";
import { defuse, oneLine } from "./defuse";
import { Fact, Layout, Strong } from "./layout";
import { Named } from "./who";

export interface RoleChangedProps {
  /** The workspace. */
  url: string;
  /** The name of the member who changed it, as they entered it. When it is empty, the mail shows only the address. */
  byName: string;
  byEmail: string;
  workspaceName: string;
  from: "Admin" | "Developer" | "Billing" | "Viewer";
  to: "Admin" | "Developer" | "Billing" | "Viewer";
  /** What the new role may do, as a sentence from our texts. */
  purpose: string;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject({ to }: RoleChangedProps): string {
  return `Your role in a workspace is now ${to}`;
}

/** Renders the mail to a member whose role another member changed. */
export default function RoleChanged(props: RoleChangedProps) {
  const address = oneLine(props.byEmail);
  const by = defuse(props.byName) || address;
  return (
    <Layout
      title="Your role has changed"
      preheader={`It was ${props.from} and is now ${props.to}.`}
      origin={props.origin}
      reason="You got this e-mail because you are a member of the workspace. Turn these e-mails off in your account settings."
    >
      <Named label="Workspace" text={props.workspaceName} />
      <Fact label="Your role">
        <Strong>{props.to}</Strong> (before: {props.from})
        <br />
        {props.purpose}
      </Fact>
      <Fact label="Changed by">
        <Strong>{by}</Strong>
        {by !== address && <> ({address})</>}
      </Fact>
      <Button href={props.url} label="Open the workspace" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines",
  byName: "Ada Lovelace",
  byEmail: "ada@acme.com",
  workspaceName: "Analytical Engines",
  from: "Developer",
  to: "Viewer",
  purpose: "Sees usage, models, files and keys, with secrets masked. Changes nothing.",
  origin: "https://atelier.acme.com",
} satisfies RoleChangedProps;
