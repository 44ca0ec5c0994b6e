import { Button } from "./button";
import { oneLine } from "./defuse";
import { Fact, Layout, Rule, Small, Strong } from "./layout";
import { inWords } from "./moment";
import { productName } from "./product";
import { TurnDownLinks, type TurnDownProps } from "./turn-down-links";
import { Named, Who } from "./who";

export interface InvitationReminderProps extends TurnDownProps {
  /** The page that lists a person's open invitations after they sign in. */
  url: string;
  /** The person's name as they entered it. When it is empty, the mail shows only the address. */
  inviterName: string;
  inviterEmail: string;
  workspaceName: string;
  role: "Admin" | "Developer" | "Billing" | "Viewer";
  expiresAt: Date;
  /** The invited address. This mail is sent to it. */
  recipient: string;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject(_props: InvitationReminderProps): string {
  return `Your invitation to a workspace on ${productName()} expires soon`;
}

/** Renders the mail to an invited person who has not answered, once, 2 days before the invitation expires. */
export default function InvitationReminder(props: InvitationReminderProps) {
  const address = oneLine(props.inviterEmail);
  const recipient = oneLine(props.recipient);
  const expires = inWords(props.expiresAt);
  return (
    <Layout
      title="Your invitation expires soon"
      preheader={`It is open until ${expires}. This is the only reminder.`}
      origin={props.origin}
      reason={`You got this e-mail because ${address} invited ${recipient} to a workspace.`}
    >
      <Who label="Invited by" name={props.inviterName} email={props.inviterEmail} />
      <Named label="Workspace" text={props.workspaceName} />
      <Fact label="Your role">
        <Strong>{props.role}</Strong>
      </Fact>
      <Fact label="Expires">
        <Strong>{expires}</Strong>
      </Fact>
      <Button href={props.url} label="See the invitation" />
      <TurnDownLinks declineUrl={props.declineUrl} reportUrl={props.reportUrl} />
      <Rule />
      <Small>
        Sign in as {recipient} to accept it; no other account can. The link of the first e-mail works as well. You will
        not be reminded again.
      </Small>
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/welcome",
  declineUrl:
    "https://atelier.acme.com/decline/mUu3SPhYz2vA8eTqXb0RkCwJ6nLd4oGiFsH9ycVt1xEMQ7a5pKrDZjWgB-NlO_Iu3SPhYz2vA8eTqXb",
  reportUrl:
    "https://atelier.acme.com/report/mUu3SPhYz2vA8eTqXb0RkCwJ6nLd4oGiFsH9ycVt1xEMQ7a5pKrDZjWgB-NlO_Iu3SPhYz2vA8eTqXb",
  inviterName: "Ada Lovelace",
  inviterEmail: "ada@acme.com",
  workspaceName: "Analytical Engines",
  role: "Developer",
  expiresAt: new Date("2026-12-01T16:30:00Z"),
  recipient: "grace@acme.com",
  origin: "https://atelier.acme.com",
} satisfies InvitationReminderProps;
