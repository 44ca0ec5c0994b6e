import { Button } from "./button";
import { defuse } from "./defuse";
import { Fact, Layout, Paragraph, Strong } from "./layout";
import { inWords } from "./moment";
import { Named, Who } from "./who";

export interface KeyRotatedProps {
  /** The key in the list. */
  url: string;
  keyName: string;
  /** Its first and last characters, such as "atl_4Qx8…m2Zt". */
  masked: string;
  workspaceName: string;
  /** The name of the Admin who did it, as they entered it. When it is empty, the mail shows only the address. */
  byName: string;
  byEmail: string;
  /** When the old secret stops working; null: it does not expire. */
  endsAt: Date | null;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject(_props: KeyRotatedProps): string {
  return "An Admin has rotated your API key";
}

/** Renders the mail to the member who created a key: an Admin has rotated it, and the workspace owns the new key. */
export default function KeyRotated(props: KeyRotatedProps) {
  return (
    <Layout
      title="An Admin has rotated your API key"
      preheader="Your key ends. The new one belongs to the workspace and does not act for you."
      origin={props.origin}
      reason="You got this e-mail because you made the key."
    >
      <Fact label="Key">
        <Strong>{defuse(props.keyName)}</Strong> ({props.masked})
      </Fact>
      <Named label="Workspace" text={props.workspaceName} />
      <Who label="Rotated by" name={props.byName} email={props.byEmail} />
      {props.endsAt && (
        <Fact label="Your key ends">
          <Strong>{inWords(props.endsAt)}</Strong>
        </Fact>
      )}
      <Paragraph>
        The new key is a service key of the workspace. A program with its secret cannot see your private files or use
        your private models. Ask the Admin how your programs get the new secret, or create a key of your own.
      </Paragraph>
      <Button href={props.url} label="See the key" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/keys?q=4Qx8bRw2LpZk",
  keyName: "Production backend",
  masked: "atl_4Qx8…m2Zt",
  workspaceName: "Analytical Engines",
  byName: "Ada Lovelace",
  byEmail: "ada@acme.com",
  endsAt: new Date("2026-12-01T16:30:00Z"),
  origin: "https://atelier.acme.com",
} satisfies KeyRotatedProps;
