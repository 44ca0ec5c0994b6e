import { type Details, named, signInProvider } from "./detail-shapes";

export type Entry = {
  /** The kind of thing that the action changes. */
  target: string;
  /** The text after the name of the acting person; the braces stand for the thing. */
  sentence: string;
};

/** The actions of the audit log on the ways to sign in. */
export const signInActions = {
  "saml_key.added": { target: "instance", sentence: "made another key for SAML" },
  "saml_key.removed": { target: "instance", sentence: "removed a key for SAML" },
  "saml_key.signs": { target: "instance", sentence: "had another key for SAML sign" },
  "sign_in.mail_link_changed": { target: "instance", sentence: "changed whether mailed links sign in" },
  "sign_in.passkeys_changed": { target: "instance", sentence: "changed of whom passkeys are required" },
  "sign_in.sessions_changed": { target: "instance", sentence: "changed how long sessions live" },
  "sign_in_provider.added": { target: "sign_in_provider", sentence: "added the sign-in provider {}" },
  "sign_in_provider.changed": { target: "sign_in_provider", sentence: "changed the sign-in provider {}" },
  "sign_in_provider.groups_changed": {
    target: "sign_in_provider",
    sentence: "changed which claim names groups at the sign-in provider {}",
  },
  "sign_in_provider.removed": { target: "sign_in_provider", sentence: "deleted the sign-in provider {}" },
  "sign_in_provider.state_changed": {
    target: "sign_in_provider",
    sentence: "changed whether the sign-in provider {} signs people in",
  },
  "sign_in_provider.tested": { target: "sign_in_provider", sentence: "tested the sign-in provider {}" },
  "sign_in_rule.break_glass_set": { target: "person", sentence: "made {} the break-glass operator" },
  "sign_in_rule.removed": { target: "instance", sentence: "no longer requires a sign-in provider of {}" },
  "sign_in_rule.set": { target: "instance", sentence: "requires a sign-in provider of {}" },
} as const satisfies Record<string, Entry>;

/** The details of each of these actions. */
export const signInDetails = {
  "saml_key.added": { fingerprint: "text" },
  "saml_key.removed": { fingerprint: "text" },
  "saml_key.signs": { fingerprint: "text" },
  "sign_in.mail_link_changed": { isMailLinkOn: "flag" },
  "sign_in.passkeys_changed": { passkeysRequiredOf: "text" },
  "sign_in.sessions_changed": { sessionIdleMinutes: "number", sessionLifeMinutes: "number" },
  "sign_in_provider.added": signInProvider,
  "sign_in_provider.changed": signInProvider,
  "sign_in_provider.groups_changed": { groupsClaim: "text", isMissingNone: "flag" },
  "sign_in_provider.removed": { ...named, issuer: "text", unlinked: "number", signedOut: "number" },
  "sign_in_provider.state_changed": { ...named, isEnabled: "flag", signedOut: "number" },
  "sign_in_provider.tested": { ...named, outcome: "text" },
  "sign_in_rule.break_glass_set": { person: "text" },
  "sign_in_rule.removed": { domain: "text", provider: "text" },
  "sign_in_rule.set": { domain: "text", provider: "text", lockedOut: "number" },
} as const satisfies Record<keyof typeof signInActions, Details>;
