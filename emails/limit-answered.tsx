import { inFigures } from "./amounts";
import { Button } from "./button";
import { defuse } from "./defuse";
import { Fact, Layout, Paragraph, Strong } from "./layout";
import { dayInWords } from "./moment";
import { Named } from "./who";

export interface LimitAnsweredProps {
  /** The limits of the workspace. */
  url: string;
  isApproved: boolean;
  workspaceName: string;
  /** The subject of the limit or of the model request: "The key Production". */
  whose: string;
  /** The granted or requested limit or model: "60.00 EUR a day", or a model's ID. */
  wanted: string;
  isModel: boolean;
  /** The last day of a temporary raise, "2026-12-03"; null: it is permanent. */
  until: string | null;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject({ isApproved }: LimitAnsweredProps): string {
  return isApproved ? "Your request was approved" : "Your request was declined";
}

/** Renders the mail to the member who asked for a higher limit or a model: the answer. */
export default function LimitAnswered(props: LimitAnsweredProps) {
  const { isApproved, until } = props;
  return (
    <Layout
      title={isApproved ? "Your request was approved" : "Your request was declined"}
      preheader={isApproved ? "It applies from now on." : "Nothing was changed."}
      origin={props.origin}
      reason="You got this e-mail because you asked for a change in the workspace."
    >
      <Named label="Workspace" text={props.workspaceName} />
      <Named label="For" text={props.whose} />
      <Fact label={isApproved ? "Now" : "You asked for"}>
        <Strong>{props.isModel ? defuse(props.wanted) : inFigures(props.wanted)}</Strong>
      </Fact>
      {isApproved && until !== null && <Fact label="Until the end of">{dayInWords(until)} (UTC)</Fact>}
      {!isApproved && <Paragraph>Nothing was changed. If you need more, talk to one of the Admins.</Paragraph>}
      <Button href={props.url} label="See the limits" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/limits",
  isApproved: true,
  workspaceName: "Analytical Engines",
  whose: "The key Nightly evaluation",
  wanted: "60.00 EUR a day",
  isModel: false,
  until: null,
  origin: "https://atelier.acme.com",
} satisfies LimitAnsweredProps;
