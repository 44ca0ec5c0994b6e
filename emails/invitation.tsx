import { Button } from "./button";
import { defuse, oneLine } from "./defuse";
import { Fact, Layout, Rule, Small, Strong } from "./layout";
import { inWords } from "./moment";
import { productName } from "./product";
import { TurnDownLinks, type TurnDownProps } from "./turn-down-links";
import { Named, Who } from "./who";

export interface InvitationProps extends TurnDownProps {
  /** The page that shows the invitation. Opening it does not accept the invitation. */
  url: string;
  /** The person's name as they entered it. When it is empty, the mail shows only the address. */
  inviterName: string;
  inviterEmail: string;
  workspaceName: string;
  role: "Admin" | "Developer" | "Billing" | "Viewer";
  /** What the role may do, as a sentence from our texts, such as "Can create API keys and use models." */
  roleDescription: string;
  expiresAt: Date;
  /** When the membership will end; null: it has no end date. */
  endsAt?: Date | null;
  /** The invited address. This mail is sent to it. */
  recipient: string;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose, so that a user cannot write a subject line in our name. */
export function subject(_props: InvitationProps): string {
  return `You have been invited to a workspace on ${productName()}`;
}

export default function Invitation(props: InvitationProps) {
  const address = oneLine(props.inviterEmail);
  const inviter = defuse(props.inviterName) || address;
  const recipient = oneLine(props.recipient);
  const expires = inWords(props.expiresAt);
  return (
    <Layout
      title="You have been invited to a workspace"
      preheader={`See who invited you and to what. The invitation is open until ${expires}.`}
      origin={props.origin}
      reason={`You got this e-mail because ${address} invited ${recipient} to a workspace.`}
    >
      <Who label="Invited by" name={props.inviterName} email={props.inviterEmail} />
      <Named label="Workspace" text={props.workspaceName} />
      <Fact label="Your role">
        <Strong>{props.role}</Strong>
        <br />
        {props.roleDescription}
      </Fact>
      {props.endsAt && (
        <Fact label="Access ends">
          <Strong>{inWords(props.endsAt)}</Strong>
        </Fact>
      )}
      <Button href={props.url} label="See the invitation" />
      <TurnDownLinks declineUrl={props.declineUrl} reportUrl={props.reportUrl} />
      <Rule />
      <Small>
        The invitation expires on {expires}. Only {recipient} can accept it.
      </Small>
      <Small>
        If you do not know <Strong>{inviter}</Strong>, ignore this e-mail, or report it: their workspace then cannot
        invite you again.
      </Small>
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/invite/Jx2Vq8cN5wYt0LrB7kZd3HsMf9PgUa1EoXiT6nCvRyQ",
  declineUrl:
    "https://atelier.acme.com/decline/mUu3SPhYz2vA8eTqXb0RkCwJ6nLd4oGiFsH9ycVt1xEMQ7a5pKrDZjWgB-NlO_Iu3SPhYz2vA8eTqXb",
  reportUrl:
    "https://atelier.acme.com/report/mUu3SPhYz2vA8eTqXb0RkCwJ6nLd4oGiFsH9ycVt1xEMQ7a5pKrDZjWgB-NlO_Iu3SPhYz2vA8eTqXb",
  inviterName: "Ada Lovelace",
  inviterEmail: "ada@acme.com",
  workspaceName: "Analytical Engines",
  role: "Developer",
  roleDescription: "Developers create API keys, use and fine-tune models, and see usage.",
  expiresAt: new Date("2026-12-01T16:30:00Z"),
  recipient: "grace@acme.com",
  origin: "https://atelier.acme.com",
} satisfies InvitationProps;
