import { Button } from "./button";
import { defuse } from "./defuse";
import { Fact, Layout, Paragraph, Strong } from "./layout";
import { inWords } from "./moment";
import { Named } from "./who";

export interface KeyExpiringProps {
  /** The key in the list of keys, where it can be rotated. */
  url: string;
  keyName: string;
  /** Its first and last characters, such as "atl_4Qx8…m2Zt". */
  masked: string;
  workspaceName: string;
  /** Whether this is the last reminder, a day before; otherwise it is the first, seven days before. */
  isLastDay: boolean;
  /** Whether the recipient is the member who created the key; otherwise it is an Admin. */
  isMaker: boolean;
  expiresAt: Date;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject({ isLastDay }: KeyExpiringProps): string {
  return isLastDay ? "An API key expires tomorrow" : "An API key expires in a week";
}

/** Renders the mail to the member who created a key, or to an Admin if that member has left: the key expires soon. */
export default function KeyExpiring(props: KeyExpiringProps) {
  return (
    <Layout
      title={props.isLastDay ? "An API key expires tomorrow" : "An API key expires in a week"}
      preheader={`From ${inWords(props.expiresAt)} on, programs that use it are refused.`}
      origin={props.origin}
      reason={
        props.isMaker
          ? "You got this e-mail because you made the key."
          : "You got this e-mail because you are an Admin of the workspace, and the key belongs to no member."
      }
    >
      <Fact label="Key">
        <Strong>{defuse(props.keyName)}</Strong> ({props.masked})
      </Fact>
      <Named label="Workspace" text={props.workspaceName} />
      <Fact label="Expires">
        <Strong>{inWords(props.expiresAt)}</Strong>
      </Fact>
      <Paragraph>
        Programs that still use it are refused from then on. Rotate it: the new key has the same settings, and the old
        one keeps working for up to a day while you update your programs.
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
  isLastDay: false,
  isMaker: true,
  expiresAt: new Date("2026-12-01T16:30:00Z"),
  origin: "https://atelier.acme.com",
} satisfies KeyExpiringProps;
