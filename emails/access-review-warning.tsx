import { Button } from "./button";
import { defuse } from "./defuse";
import { Fact, Layout, Paragraph, Strong } from "./layout";
import { inWords } from "./moment";
import { Named } from "./who";

export interface AccessReviewWarningProps {
  /** The workspace, or its keys. */
  url: string;
  workspaceName: string;
  /** Whether the membership will be disabled, not only keys. */
  isMember: boolean;
  /** How many of their keys will be disabled, and the names of some. */
  keys: number;
  keyNames: string[];
  dueAt: Date;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject({ isMember }: AccessReviewWarningProps): string {
  return isMember ? "Your access to a workspace is about to be disabled" : "API keys of yours are about to be disabled";
}

/** Renders the mail to a member: an access review will disable their membership or keys unless an Admin confirms them. */
export default function AccessReviewWarning(props: AccessReviewWarningProps) {
  const rest = props.keys - props.keyNames.length;
  return (
    <Layout
      title={subject(props)}
      preheader={`It happens ${inWords(props.dueAt)}, unless an Admin confirms it.`}
      origin={props.origin}
      reason="You got this e-mail because you are a member of the workspace, which reviews who has access."
    >
      <Named label="Workspace" text={props.workspaceName} />
      {props.keys > 0 && (
        <Fact label="Keys">
          <Strong>
            {`${props.keyNames.map((name) => defuse(name)).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`}
          </Strong>
        </Fact>
      )}
      <Fact label="Disabled">
        <Strong>{inWords(props.dueAt)}</Strong>
      </Fact>
      <Paragraph>
        {props.isMember
          ? "You have not used the workspace for 90 days. Open it once to keep your access, or ask one of its Admins to confirm it."
          : "They are not used, never expire or have no limit. Ask an Admin to confirm those you need, or give them an expiry and a limit."}
      </Paragraph>
      <Button href={props.url} label={props.isMember ? "Open the workspace" : "See the keys"} />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines",
  workspaceName: "Analytical Engines",
  isMember: true,
  keys: 2,
  keyNames: ["Laptop", "Notebook"],
  dueAt: new Date("2026-12-14T09:00:00Z"),
  origin: "https://atelier.acme.com",
} satisfies AccessReviewWarningProps;
