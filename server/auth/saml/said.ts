import { attributeOf, childrenOf, textOf } from "@/server/platform/saml/xml";
import type { SamlSettings } from "@/server/platform/settings/providers";
import type { Claims } from "../providers/address";
import { ProviderFailure } from "../providers/failure";

const soap = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";

/** The attribute names that providers use. The first one that is present counts. */
const usualNames = {
  email: ["email", "mail", "emailAddress", "urn:oid:0.9.2342.19200300.100.1.3", `${soap}/emailaddress`],
  name: [
    ...["displayName", "urn:oid:2.16.840.1.113730.3.1.241", "http://schemas.microsoft.com/identity/claims/displayname"],
    ...["name", "cn", "urn:oid:2.5.4.3"],
  ],
  given: ["givenName", "firstName", "urn:oid:2.5.4.42", `${soap}/givenname`],
  family: ["sn", "surname", "lastName", "urn:oid:2.5.4.4", `${soap}/surname`],
} as const;

const format = "urn:oasis:names:tc:SAML";
const addressFormat = `${format}:1.1:nameid-format:emailAddress`;
const transientFormat = `${format}:2.0:nameid-format:transient`;

/**
 * The content of an assertion about a person. `shown`: as it was sent, for an operator; `session`: the provider's own
 * id of the person's session.
 */
export type Said = { subject: string; claims: Claims; shown: Claims; session: string | null };

/**
 * Returns the content of an assertion: each attribute by its name, as a text or a list of texts, and under `email` and
 * `name` the value of one of their usual names. An attribute can be sent in several parts, as Keycloak does.
 *
 * @throws ProviderFailure `misconfigured` when nothing identifies the person permanently
 */
export function readSaid(provider: SamlSettings, assertion: Element): Said {
  const attributes = new Map<string, string[]>();
  for (const statement of childrenOf(assertion, "assertion", "AttributeStatement"))
    for (const attribute of childrenOf(statement, "assertion", "Attribute")) {
      const name = attributeOf(attribute, "Name") ?? "";
      const values = childrenOf(attribute, "assertion", "AttributeValue").map(textOf);
      attributes.set(name, [...(attributes.get(name) ?? []), ...values.filter((value) => value !== "")]);
    }
  const [subject] = childrenOf(assertion, "assertion", "Subject");
  const [nameId] = subject ? childrenOf(subject, "assertion", "NameID") : [];
  const nameFormat = nameId && attributeOf(nameId, "Format");
  const sent = [...attributes].map(([name, values]): [string, unknown] => [
    name,
    values.length === 1 ? values[0] : values,
  ]);
  const first = (names: readonly string[]) => names.flatMap((name) => attributes.get(name) ?? [])[0];
  const email =
    provider.emailClaim === "email"
      ? (first(usualNames.email) ?? (nameFormat === addressFormat ? textOf(nameId) : undefined))
      : first([provider.emailClaim]);
  const parts = [first(usualNames.given), first(usualNames.family)].filter((part) => part !== undefined);
  const name = first(usualNames.name) ?? (parts.length > 0 ? parts.join(" ") : undefined);
  const taken: [string, unknown][] = [
    ...(email === undefined ? [] : [[provider.emailClaim, email] as [string, unknown]]),
    ...(name === undefined ? [] : [["name", name] as [string, unknown]]),
  ];
  return {
    subject: subjectOf(provider, { nameId: textOf(nameId), nameFormat, attributes }),
    claims: Object.fromEntries([...sent, ...taken]),
    session: sessionOf(assertion),
    shown: Object.fromEntries([["NameID", textOf(nameId)], ["NameID format", nameFormat ?? "not said"], ...sent]),
  };
}

function sessionOf(assertion: Element): string | null {
  const [statement] = childrenOf(assertion, "assertion", "AuthnStatement");
  const index = statement && attributeOf(statement, "SessionIndex");
  return index !== undefined && index !== "" && index.length <= 1_000 ? index : null;
}

function subjectOf(
  { subjectClaim }: SamlSettings,
  sent: { nameId: string; nameFormat: string | undefined; attributes: Map<string, string[]> },
): string {
  const unusable = (message: string) => new ProviderFailure("misconfigured", message);
  const values = subjectClaim === null ? [sent.nameId] : (sent.attributes.get(subjectClaim) ?? []);
  const [subject = ""] = values;
  if (subjectClaim === null && sent.nameFormat === transientFormat)
    throw unusable("the NameID is transient, another one at each sign-in: have the provider send a persistent one");
  if (subject === "" || values.length > 1)
    throw unusable(
      subjectClaim === null
        ? "there is no NameID"
        : `the attribute that names the person, ${subjectClaim}, has ${values.length} values instead of one`,
    );
  if (subject.length > 1_000 || /[\p{Cc}\p{Cs}]/u.test(subject))
    throw unusable("what names the person cannot be stored");
  return subject;
}
