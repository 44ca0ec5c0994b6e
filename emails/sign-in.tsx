import { Button } from "./button";
import { defuse, oneLine } from "./defuse";
import { Layout, Paragraph, Rule, Small, Strong } from "./layout";
import { productName } from "./product";

export interface SignInProps {
  /** The page whose button uses the link. Opening the page does not use it. */
  url: string;
  /** The address that is signing in. This mail is sent to it. */
  email: string;
  expiresInMinutes: number;
  /** The browser that asked, derived from its User-Agent header, such as "Chrome on Linux"; null when the header names no known browser. */
  requestedFrom: string | null;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

export function subject(_props: SignInProps): string {
  return `Sign in to ${productName()}`;
}

export default function SignIn({ url, email, expiresInMinutes, requestedFrom, origin }: SignInProps) {
  const minutes = expiresInMinutes === 1 ? "1 minute" : `${expiresInMinutes} minutes`;
  const browser = defuse(requestedFrom ?? "");
  const address = oneLine(email);
  return (
    <Layout
      title={`Sign in to ${productName()}`}
      preheader={`Your link works once, for ${minutes}.`}
      origin={origin}
      reason={`You got this e-mail because ${address} was entered on the sign-in page.`}
    >
      <Paragraph>
        Continue as <Strong>{address}</Strong>. The link works once, for {minutes}.
      </Paragraph>
      <Button href={url} label={`Continue to ${productName()}`} />
      <Rule />
      {browser && (
        <Small>
          Requested from <Strong>{browser}</Strong>.
        </Small>
      )}
      <Small>If you did not ask to sign in, ignore this e-mail: without the link, nothing happens.</Small>
      <Small>{productName()} never asks you for this link. Do not share it.</Small>
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/sign-in/confirm?token=1f0c7b6de4a94b5a8a3c2d9be07f5512c6d84e19a7b3402f&email=ada%40acme.com",
  email: "ada@acme.com",
  expiresInMinutes: 10,
  requestedFrom: "Chrome on Linux",
  origin: "https://atelier.acme.com",
} satisfies SignInProps;
