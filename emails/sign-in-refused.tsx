import { Button } from "./button";
import { oneLine } from "./defuse";
import { Layout, Paragraph } from "./layout";

export interface SignInRefusedProps {
  /** `deactivated`: an operator deactivated the account; `sign_up_closed`: there is no account, and sign-up is closed; `too_many_accounts`: no more accounts can be created today. */
  because: "deactivated" | "sign_up_closed" | "too_many_accounts";
  /** The address for which a link was requested. This mail is sent to it. */
  email: string;
  /** The sign-in page. */
  url: string;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

const texts = {
  deactivated: {
    title: "Your account is deactivated",
    text: "The people who run this Atelier have deactivated the account of this address, so no sign-in link was sent. Ask them to reactivate it.",
  },
  sign_up_closed: {
    title: "There is no account for this address",
    text: "This address may not create an account on this Atelier, so no sign-in link was sent. Ask an Admin of the workspace that you want to join for an invitation, or ask the people who run this Atelier.",
  },
  too_many_accounts: {
    title: "No more new accounts today",
    text: "There is no account for this address, and the daily limit of new accounts is reached, so no sign-in link was sent. Try again tomorrow, or ask the people who run this Atelier.",
  },
} as const;

export function subject({ because }: SignInRefusedProps): string {
  return texts[because].title;
}

/** Renders the mail to an address that may not sign in. The sign-in page gives the same answer for all addresses, so that it does not reveal who has an account. */
export default function SignInRefused({ because, email, url, origin }: SignInRefusedProps) {
  const { title, text } = texts[because];
  return (
    <Layout
      title={title}
      preheader="No sign-in link was sent."
      origin={origin}
      reason={`You got this e-mail because ${oneLine(email)} was entered on the sign-in page.`}
    >
      <Paragraph>{text}</Paragraph>
      <Button href={url} label="Open the sign-in page" />
    </Layout>
  );
}

export const PreviewProps = {
  because: "sign_up_closed",
  email: "ada@acme.com",
  url: "https://atelier.acme.com/sign-in",
  origin: "https://atelier.acme.com",
} satisfies SignInRefusedProps;
