import { readCertificates } from "./certificates";
import { attributeOf, childrenOf, elementsOf, isNamed, readXml, textOf } from "./xml";

const redirectBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

/** A provider's own description in its metadata. */
export type Described = {
  issuer: string;
  signInUrl: string;
  /** The address for answers to the provider's logout requests; null: the provider has none for HTTP-Redirect. */
  signOutUrl: string | null;
  certificates: string[];
  wantsSignedRequests: boolean;
};

/**
 * Reads the metadata of an identity provider: its entity ID, its addresses for sign-in and sign-out, its signing
 * certificates, and whether it wants signed requests. The signature of the document is not verified, because the
 * operator who enters it vouches for it.
 *
 * @throws Error with a sentence for the form field
 */
export function readMetadata(text: string): Described {
  const { documentElement: root } = read(text);
  const entities = isNamed(root, "metadata", "EntityDescriptor")
    ? [root]
    : elementsOf(root, "metadata", "EntityDescriptor");
  const found = entities.flatMap((entity) =>
    childrenOf(entity, "metadata", "IDPSSODescriptor").map((role) => ({ entity, role })),
  );
  const [only] = found;
  if (!only) throw new Error("This describes no identity provider: there is no IDPSSODescriptor in it.");
  if (found.length > 1) throw new Error("This describes several identity providers. Enter the metadata of one.");
  const service = (name: string) =>
    childrenOf(only.role, "metadata", name).find((each) => attributeOf(each, "Binding") === redirectBinding);
  const [signIn, signOut] = [service("SingleSignOnService"), service("SingleLogoutService")];
  const signInUrl = signIn && attributeOf(signIn, "Location");
  if (!signInUrl) throw new Error("This provider offers no sign-in by HTTP-Redirect. Switch it on there.");
  const signing = childrenOf(only.role, "metadata", "KeyDescriptor").filter(
    (key) => attributeOf(key, "use") !== "encryption",
  );
  const certificates = signing.flatMap((key) => elementsOf(key, "signature", "X509Certificate")).map(textOf);
  if (certificates.length === 0) throw new Error("There is no certificate in this metadata.");
  return {
    issuer: attributeOf(only.entity, "entityID") ?? "",
    signInUrl,
    signOutUrl: (signOut && (attributeOf(signOut, "ResponseLocation") || attributeOf(signOut, "Location"))) || null,
    certificates: readCertificates(certificates.map(asPem).join("\n")),
    wantsSignedRequests: /^(true|1)$/.test(attributeOf(only.role, "WantAuthnRequestsSigned") ?? ""),
  };
}

function read(text: string): Document {
  try {
    return readXml(text.replace(/^\uFEFF/, "").trim());
  } catch (error) {
    throw new Error(`Enter the provider's metadata, which is XML. (${(error as Error).message})`);
  }
}

const asPem = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`;
