import { Button } from "./button";
import { oneLine } from "./defuse";
import { Layout, Paragraph } from "./layout";
import { Named } from "./who";

/** What happened to an account, or what a person tried with its address. */
export type AccountNoticeAbout =
  | "account-deleted"
  | "address-changed"
  | "address-change-cancelled"
  | "address-taken"
  | "passkey-added"
  | "passkey-removed"
  | "provider-linked"
  | "provider-unlinked";

export interface AccountNoticeProps {
  about: AccountNoticeAbout;
  /** The new address, masked, or the name of the passkey or the provider; null for the other events. */
  detail: string | null;
  /** The account's address, or its former address. This mail is sent to it. */
  recipient: string;
  /** The account settings. */
  url: string;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

const texts: Record<AccountNoticeAbout, { title: string; preheader: string; label: string; text: string }> = {
  "account-deleted": {
    title: "Your account was deleted",
    preheader: "You can no longer sign in to it.",
    label: "",
    text: "Your memberships ended, and your name, address and sign-ins were erased. What you made stays with workspaces that have other members. If that was not you, contact the operator of this Atelier immediately.",
  },
  "address-changed": {
    title: "Your address was changed",
    preheader: "This address no longer signs in to your account.",
    label: "New address",
    text: "Your account now has another e-mail address. This address no longer signs in to it, and all other browsers were signed out. If that was not you, contact the operator of this Atelier immediately.",
  },
  "address-change-cancelled": {
    title: "A change of your address was cancelled",
    preheader: "Your address was not changed.",
    label: "Requested address",
    text: "You signed out of every other browser. That cancelled a change of address that was not confirmed yet; its link no longer works. If you did not request that address, another person was signed in to your account: check your account settings.",
  },
  "address-taken": {
    title: "Another account tried to use your address",
    preheader: "Nothing was changed.",
    label: "",
    text: "Another account asked to change its e-mail address to this one, which belongs to your account. Nothing was changed. If you asked for it, delete one of the two accounts first.",
  },
  "passkey-added": {
    title: "A passkey was added to your account",
    preheader: "It signs in without an e-mail.",
    label: "Passkey",
    text: "It signs in to your account without an e-mail. If that was not you, remove it in your account settings and sign out everywhere else.",
  },
  "passkey-removed": {
    title: "A passkey was removed from your account",
    preheader: "It no longer signs in.",
    label: "Passkey",
    text: "It no longer signs in to your account. If that was not you, sign in by e-mail, check your account settings and sign out everywhere else.",
  },
  "provider-linked": {
    title: "A sign-in provider was linked to your account",
    preheader: "An account there signs in without an e-mail.",
    label: "Provider",
    text: "An account at this provider signs in to your account without an e-mail. If that was not you, unlink it in your account settings and sign out everywhere else.",
  },
  "provider-unlinked": {
    title: "A sign-in provider was unlinked from your account",
    preheader: "It no longer signs in.",
    label: "Provider",
    text: "It no longer signs in to your account; a link by e-mail still does. If that was not you, check your account settings and sign out everywhere else.",
  },
};

export function subject({ about }: AccountNoticeProps): string {
  return texts[about].title;
}

/** Renders the mail about a change to how a person signs in, or to their account. Always sent. */
export default function AccountNotice({ about, detail, recipient, url, origin }: AccountNoticeProps) {
  const { title, preheader, label, text } = texts[about];
  return (
    <Layout
      title={title}
      preheader={preheader}
      origin={origin}
      reason={`You got this e-mail because ${oneLine(recipient)} ${about === "address-changed" || about === "account-deleted" ? "was" : "is"} the address of an account.`}
    >
      <Paragraph>{text}</Paragraph>
      {detail && <Named label={label} text={detail} />}
      {about !== "account-deleted" && <Button href={url} label="Open account settings" />}
    </Layout>
  );
}

export const PreviewProps = {
  about: "passkey-added",
  detail: "Work laptop",
  recipient: "ada@acme.com",
  url: "https://atelier.acme.com/account",
  origin: "https://atelier.acme.com",
} satisfies AccountNoticeProps;
