import { Button } from "./button";
import { defuse } from "./defuse";
import { Fact, Layout, Paragraph, Strong } from "./layout";
import { Named, Who } from "./who";

export interface KeysLeftProps {
  /** The workspace's keys. */
  url: string;
  workspaceName: string;
  /** The name of the member who left, as they entered it. When it is empty, the mail shows only the address. */
  personName: string;
  personEmail: string;
  /** The revoked keys: the names of some, and how many there are. */
  revoked: string[];
  revokedTotal: number;
  /** The keys that the workspace now owns and that still work: the names of some, and how many there are. */
  kept: string[];
  keptTotal: number;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject(_props: KeysLeftProps): string {
  return "API keys of a member who left";
}

/** Renders the mail to the Admins: a membership has ended. Says which of the member's keys were revoked and which still work. */
export default function KeysLeft(props: KeysLeftProps) {
  return (
    <Layout
      title="API keys of a member who left"
      preheader="Programs that use a revoked key are refused. A kept key is now a service key of the workspace."
      origin={props.origin}
      reason="You got this e-mail because you are an Admin of the workspace."
    >
      <Named label="Workspace" text={props.workspaceName} />
      <Who label="No longer a member" name={props.personName} email={props.personEmail} />
      {props.revokedTotal > 0 && (
        <Fact label="Revoked keys">
          <Strong>{listed(props.revoked, props.revokedTotal)}</Strong>
        </Fact>
      )}
      {props.keptTotal > 0 && (
        <Fact label="Kept keys">
          <Strong>{listed(props.kept, props.keptTotal)}</Strong>
        </Fact>
      )}
      <Paragraph>
        Programs that use a revoked key are refused from now on; an Admin can restore it within an hour. A kept key
        keeps working, and the former member may still know its secret: rotate it.
      </Paragraph>
      <Button href={props.url} label="See the keys" />
    </Layout>
  );
}

function listed(names: string[], total: number): string {
  const rest = total - names.length;
  return `${names.map((name) => defuse(name)).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/keys",
  workspaceName: "Analytical Engines",
  personName: "Grace Hopper",
  personEmail: "grace@acme.com",
  revoked: ["Laptop", "Notebook"],
  revokedTotal: 2,
  kept: ["Production backend"],
  keptTotal: 1,
  origin: "https://atelier.acme.com",
} satisfies KeysLeftProps;
