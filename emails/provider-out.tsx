import { Button } from "./button";
import { Layout, Paragraph } from "./layout";
import { Named } from "./who";

export interface ProviderOutProps {
  /** The instance's model providers. */
  url: string;
  /** The model server's name. */
  server: string;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject(_props: ProviderOutProps): string {
  return "A model server cannot be reached";
}

/** Renders the mail to each operator: the instance has not reached one of its model servers for some time. */
export default function ProviderOut(props: ProviderOutProps) {
  return (
    <Layout
      title="A model server cannot be reached"
      preheader="Requests to models that run nowhere else fail until it is back."
      origin={props.origin}
      reason="You got this e-mail because you are an operator of this instance. You get one e-mail per outage."
    >
      <Named label="Model server" text={props.server} />
      <Paragraph>
        Requests to models that run nowhere else fail until it is back; routes use their next model. The page of model
        providers shows whether it can be reached now.
      </Paragraph>
      <Button href={props.url} label="See the model providers" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/instance/providers",
  server: "gpu-1",
  origin: "https://atelier.acme.com",
} satisfies ProviderOutProps;
