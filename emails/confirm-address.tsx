import { Button } from "./button";
import { oneLine } from "./defuse";
import { Layout, Paragraph, Rule, Small, Strong } from "./layout";
import { productName } from "./product";

export interface ConfirmAddressProps {
  /** The page whose button changes the address. Opening the page does not change it. */
  url: string;
  /** The account's current address. */
  currentEmail: string;
  /** The account's new address. This mail is sent to it. */
  email: string;
  expiresInMinutes: number;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

export function subject(_props: ConfirmAddressProps): string {
  return `Confirm your new address for ${productName()}`;
}

/** Renders the mail to the new address of an account: the link that verifies it. */
export default function ConfirmAddress({ url, currentEmail, email, expiresInMinutes, origin }: ConfirmAddressProps) {
  return (
    <Layout
      title="Confirm your new address"
      preheader={`The link works once, for ${expiresInMinutes} minutes.`}
      origin={origin}
      reason={`You got this e-mail because ${oneLine(currentEmail)} asked to change the address of an account to this one.`}
    >
      <Paragraph>
        The account of <Strong>{oneLine(currentEmail)}</Strong> is to have the address <Strong>{oneLine(email)}</Strong>{" "}
        from now on. Open the link in the browser you are signed in with. It works once, for {expiresInMinutes} minutes.
      </Paragraph>
      <Button href={url} label="Confirm the address" />
      <Rule />
      <Small>If you did not ask for this, ignore this e-mail: without the link, nothing changes.</Small>
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/account/email?token=abc",
  currentEmail: "ada@acme.com",
  email: "ada@engines.example",
  expiresInMinutes: 10,
  origin: "https://atelier.acme.com",
} satisfies ConfirmAddressProps;
