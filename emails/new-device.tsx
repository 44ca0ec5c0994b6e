import { Button } from "./button";
import { defuse, oneLine } from "./defuse";
import { Fact, Layout, Paragraph, Strong } from "./layout";
import { inWords } from "./moment";

export interface NewDeviceProps {
  /** The signed-in browsers in the account settings. */
  url: string;
  /** The address of the person who signed in. This mail is sent to it. */
  recipient: string;
  /** Derived from the User-Agent header, such as "Chrome on Linux"; null when the header names no known browser. */
  browser: string | null;
  /** The IP address; null when it is not known. */
  address: string | null;
  at: Date;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

export function subject(_props: NewDeviceProps): string {
  return "A new browser signed in to your account";
}

/** Renders the mail to a person: a new browser signed in to their account. Always sent. */
export default function NewDevice({ url, recipient, browser, address, at, origin }: NewDeviceProps) {
  return (
    <Layout
      title="A new browser signed in"
      preheader="If that was you, you do not need to do anything."
      origin={origin}
      reason={`You got this e-mail because a new browser signed in as ${oneLine(recipient)}.`}
    >
      <Fact label="Browser">
        <Strong>{defuse(browser ?? "") || "Unknown browser"}</Strong>
      </Fact>
      <Fact label="From">
        <Strong>{defuse(address ?? "") || "an unknown address"}</Strong>
      </Fact>
      <Fact label="When">{inWords(at)}</Fact>
      <Paragraph>
        If that was you, you do not need to do anything. If it was not, sign out everywhere else in your account
        settings, and secure your mailbox: access to your mail is enough to sign in as you.
      </Paragraph>
      <Button href={url} label="See signed-in browsers" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/account#sessions",
  recipient: "ada@acme.com",
  browser: "Firefox on Linux",
  address: "203.0.113.7",
  at: new Date("2026-12-01T16:30:00Z"),
  origin: "https://atelier.acme.com",
} satisfies NewDeviceProps;
