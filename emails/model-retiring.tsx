import { Button } from "./button";
import { defuse } from "./defuse";
import { Fact, Layout, Paragraph, Strong } from "./layout";
import { inWords } from "./moment";
import { Named } from "./who";

export interface ModelRetiringProps {
  /** The workspace's models. */
  url: string;
  /** The model ID that programs send. */
  modelId: string;
  workspaceName: string;
  /** The recommended successor; null: there is none. */
  successor: string | null;
  /** Whether the successor answers requests after the retirement; otherwise they are refused. */
  isServed: boolean;
  /** 0: this is the announcement; otherwise the number of days until the retirement. */
  days: number;
  retiresAt: Date;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject({ days }: ModelRetiringProps): string {
  if (days === 0) return "A model that you use will be retired";
  return days === 1
    ? "A model that you use will be retired tomorrow"
    : "A model that you use will be retired in two weeks";
}

/** Renders the mail to a member who recently called a model or a route: it will be retired on a given day. */
export default function ModelRetiring(props: ModelRetiringProps) {
  return (
    <Layout
      title={subject(props)}
      preheader={`It ends ${inWords(props.retiresAt)}.`}
      origin={props.origin}
      reason="You got this e-mail because the model was called in the last 30 days by you, with one of your keys, or with a key that belongs to no member."
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
          ? "From then on the successor answers requests for it. Test whether your programs work with it, and change them to use it."
          : "From then on requests for it are refused. Change your programs to another model before that day."}
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
