import { Button } from "./button";
import { oneLine } from "./defuse";
import { Layout, Paragraph } from "./layout";

export interface TestMailProps {
  /** The operators' page about mail. */
  url: string;
  /** The address of the operator who asked for the test. This mail is sent to it. */
  recipient: string;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

export function subject(): string {
  return "Test e-mail";
}

/** Renders the mail with which an operator checks that mail is delivered. */
export default function TestMail({ url, recipient, origin }: TestMailProps) {
  return (
    <Layout
      title="This test e-mail has arrived"
      preheader="Mail of this instance is delivered."
      origin={origin}
      reason={`You got this e-mail because ${oneLine(recipient)} is the address of an operator who asked for a test.`}
    >
      <Paragraph>
        Mail of this instance is delivered to your mailbox. If you found this e-mail in your spam folder, check the SPF,
        DKIM and DMARC records of the sender's domain.
      </Paragraph>
      <Button href={url} label="Open the mail settings" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/instance/mail",
  recipient: "ada@acme.com",
  origin: "https://atelier.acme.com",
} satisfies TestMailProps;
