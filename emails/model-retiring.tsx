import { Button } from "./button";
import { defuse } from "./defuse";
import { Fact, Layout, Paragraph, Strong } from "./layout";
import { inWords } from "./moment";
import { Named } from "./who";

export interface ModelRetiringProps {
  /** The workspace's models. */
  url: string;
  /** What programs call it. */
  modelId: string;
  workspaceName: string;
  /** What is named in its place; null: nothing is. */
  successor: string | null;
  /** Whether the successor answers from then on; otherwise requests are refused. */
  isServed: boolean;
  /** 0: this is the announcement; otherwise how many days before the end it is. */
  days: number;
  retiresAt: Date;
  /** Where this Atelier lives, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject({ days }: ModelRetiringProps): string {
  if (days === 0) return "A model that you use is going to be retired";
  return days === 1 ? "A model that you use is retired tomorrow" : "A model that you use is retired in two weeks";
}

/** Renders the mail to a member who called a model or a route lately: it is retired on a day. */
export default function ModelRetiring(props: ModelRetiringProps) {
  return (
    <Layout
      title={subject(props)}
      preheader={`It ends ${inWords(props.retiresAt)}.`}
      origin={props.origin}
      reason="You got this e-mail because the model was called in the last 30 days with a key of yours, by you, or with a key that is no member's."
    >
      <Named label="Workspace" text={props.workspaceName} />
      <Fact label="Model">
        <Strong>{defuse(props.modelId)}</Strong>
      </Fact>
      <Fact label="Retired">
        <Strong>{inWords(props.retiresAt)}</Strong>
      </Fact>
      {props.successor !== null && (
        <Fact label="Successor">
          <Strong>{defuse(props.successor)}</Strong>
        </Fact>
      )}
      <Paragraph>
        {props.isServed
          ? "From then on the successor answers requests for it. Try whether your programs work with it, and name it in them."
          : "From then on requests for it are refused. Name another model in your programs before."}
      </Paragraph>
      <Button href={props.url} label="See the models" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/models",
  modelId: "ft:small:support:20261103:9f3c1a7b",
  workspaceName: "Analytical Engines",
  successor: "route/support",
  isServed: false,
  days: 14,
  retiresAt: new Date("2026-12-31T00:00:00Z"),
  origin: "https://atelier.acme.com",
} satisfies ModelRetiringProps;
