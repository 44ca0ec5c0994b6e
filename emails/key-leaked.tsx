import { Button } from "./button";
import { defuse } from "./defuse";
import { Fact, Layout, Paragraph, Strong } from "./layout";
import { productName } from "./product";
import { Named } from "./who";

export interface KeyLeakedProps {
  /** The key in the list of keys, where it can be rotated. */
  url: string;
  keyName: string;
  /** Its first and last characters, such as "atl_4Qx8…m2Zt". */
  masked: string;
  workspaceName: string;
  /** Where the key was found, as the report says. It is shown as text, never as a link. */
  foundAt: string;
  /** Whether the recipient is the member who created the key; otherwise it is an Admin. */
  isMaker: boolean;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject(_props: KeyLeakedProps): string {
  return "An API key was found in public and is disabled";
}

/** Renders the mail to the Admins and the member who created the key: the key was found in public and was disabled. */
export default function KeyLeaked(props: KeyLeakedProps) {
  return (
    <Layout
      title="An API key was found in public"
      preheader="It is disabled. Rotate it, and check what it was used for."
      origin={props.origin}
      reason={
        props.isMaker
          ? "You got this e-mail because you made the key."
          : "You got this e-mail because you are an Admin of the workspace."
      }
    >
      <Fact label="Key">
        <Strong>{defuse(props.keyName)}</Strong> ({props.masked})
      </Fact>
      <Named label="Workspace" text={props.workspaceName} />
      <Fact label="Found at">
        <Strong>{defuse(props.foundAt, 300)}</Strong>
      </Fact>
      <Paragraph>
        It was publicly visible, so {productName()} has disabled it: programs that use it are refused. Rotate the key,
        use the new one in your programs, remove the old one from where it was found, and check what it was used for in
        the meantime.
      </Paragraph>
      <Button href={props.url} label="Rotate the key" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/keys?q=4Qx8bRw2LpZk",
  keyName: "Production backend",
  masked: "atl_4Qx8…m2Zt",
  workspaceName: "Analytical Engines",
  foundAt: "https://github.com/octocat/Hello-World/blob/main/config.env",
  isMaker: true,
  origin: "https://atelier.acme.com",
} satisfies KeyLeakedProps;
