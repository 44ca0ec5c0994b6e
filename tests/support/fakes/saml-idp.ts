import { createVerify, randomBytes } from "node:crypto";
import http, { type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { inflateRawSync } from "node:zlib";
import { SignedXml } from "xml-crypto";
import { encrypt } from "xml-encryption";
import { selfSigned } from "./certificate";

export const more = "http://www.w3.org/2001/04/xmldsig-more";
const enc = "http://www.w3.org/2001/04/xmlenc";
const exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
const enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
export const saml = "urn:oasis:names:tc:SAML";

/** The answer of a SAML provider. Omitted fields have valid values. */
export type Script = {
  /** The signed element, and the key. */
  signs?: "assertion" | "response" | "nothing";
  key?: string;
  algorithm?: string;
  digest?: string;
  issuer?: string;
  audience?: string | null;
  recipient?: string;
  destination?: string;
  inResponseTo?: string | null;
  assertionId?: string;
  nameId?: string;
  nameIdFormat?: string;
  attributes?: [name: string, values: string[]][];
  /** How far its clock is ahead of this machine's. */
  clockMs?: number;
  lifeMs?: number;
  /** How long the confirmation is valid, if not as long as the assertion. */
  confirmationMs?: number;
  status?: string;
  /** Encrypts the assertion for this certificate. */
  encryptFor?: string;
  /** Changes the XML before or after it is signed. */
  before?: (xml: string) => string;
  after?: (xml: string) => string;
};

/** How an assertion is encrypted; by default as Entra and AD FS do. */
export type Encryption = { certificate: string; content?: string; key?: string; digest?: string; mask?: string };

/**
 * Encrypts the assertion of a signed answer, or signs the answer around an assertion that is not signed itself.
 *
 * @param outer the key that signs the answer
 */
export async function encryptAnswer(
  encoded: string,
  { certificate, content = `${enc}#aes256-cbc`, key = `${enc}#rsa-oaep-mgf1p`, digest, mask }: Encryption,
  outer?: string,
): Promise<string> {
  const xml = Buffer.from(encoded, "base64").toString();
  const assertion = /<a:Assertion[\s\S]*<\/a:Assertion>/.exec(xml)?.[0] ?? "";
  // It declares its own namespaces, because it is parsed separately.
  const alone = assertion.replace("<a:Assertion", `<a:Assertion xmlns:a="${saml}:2.0:assertion"`);
  const hidden = await promisify(encrypt)(alone, {
    ...{
      rsa_pub: certificate,
      pem: certificate,
      encryptionAlgorithm: content as never,
      keyEncryptionAlgorithm: key as never,
    },
    ...{ disallowEncryptionWithInsecureAlgorithm: false, warnInsecureAlgorithm: false },
    ...(digest && { keyEncryptionDigest: digest as never }),
    // Newer than the library's types.
    ...({ ...(mask && { keyEncryptionMgf: mask }) } as object),
  });
  const whole = xml.replace(assertion, `<a:EncryptedAssertion>${hidden}</a:EncryptedAssertion>`);
  return Buffer.from(outer ? signXml(whole, outer, { signs: "response" }) : whole).toString("base64");
}

/** The recipient of an answer. */
export type Asker = { acsUrl: string; entityId: string; requestId: string };

export type Keys = ReturnType<typeof selfSigned>;
export const newKeys = (): Keys => selfSigned(2048);

/** Attributes with the names that directories use: one has several values, one is split into two parts. */
export const usualAttributes = (login: string): [string, string[]][] => [
  ["urn:oid:0.9.2342.19200300.100.1.3", [login, `second-${login}`]],
  ["urn:oid:2.5.4.42", ["Grace"]],
  ["urn:oid:2.5.4.4", ["Hopper"]],
  ["http://schemas.xmlsoap.org/claims/Group", ["staff"]],
  ["http://schemas.xmlsoap.org/claims/Group", ["navy & reserve"]],
];

/** Writes an answer with unusual namespace prefixes and signs it. Returns it in the form's encoding. */
export function writeAnswer(keys: Keys, issuer: string, asker: Asker, script: Script = {}): string {
  const now = Date.now() + (script.clockMs ?? 0);
  const at = (ms: number) => new Date(now + ms).toISOString();
  const until = at(script.lifeMs ?? 300_000);
  const { acsUrl, entityId, requestId } = asker;
  const to = script.inResponseTo === undefined ? requestId : script.inResponseTo;
  const answering = to === null ? "" : ` InResponseTo="${to}"`;
  const audience = script.audience === undefined ? entityId : script.audience;
  const from = `<a:Issuer>${escaped(script.issuer ?? issuer)}</a:Issuer>`;
  const attributes = (script.attributes ?? [])
    .map(
      ([name, values]) =>
        `<a:Attribute Name="${escaped(name)}" NameFormat="${saml}:2.0:attrname-format:uri">${values
          .map(
            (value) =>
              `<a:AttributeValue xmlns:x="http://www.w3.org/2001/XMLSchema-instance">${escaped(value)}</a:AttributeValue>`,
          )
          .join("")}</a:Attribute>`,
    )
    .join("");
  const assertion = `<a:Assertion ID="${script.assertionId ?? `_${randomBytes(16).toString("hex")}`}" Version="2.0" IssueInstant="${at(0)}">${from}
    <a:Subject><a:NameID Format="${script.nameIdFormat ?? `${saml}:2.0:nameid-format:persistent`}">${escaped(script.nameId ?? "G-7f3a")}</a:NameID>
      <a:SubjectConfirmation Method="${saml}:2.0:cm:bearer"><a:SubjectConfirmationData NotOnOrAfter="${at(script.confirmationMs ?? script.lifeMs ?? 300_000)}" Recipient="${script.recipient ?? acsUrl}"${answering}/></a:SubjectConfirmation></a:Subject>
    <a:Conditions NotBefore="${at(-30_000)}" NotOnOrAfter="${until}">${audience === null ? "" : `<a:AudienceRestriction><a:Audience>${escaped(audience)}</a:Audience></a:AudienceRestriction>`}</a:Conditions>
    <a:AuthnStatement AuthnInstant="${at(-1_000)}" SessionIndex="s-1"><a:AuthnContext><a:AuthnContextClassRef>${saml}:2.0:ac:classes:unspecified</a:AuthnContextClassRef></a:AuthnContext></a:AuthnStatement>
    ${attributes && `<a:AttributeStatement>${attributes}</a:AttributeStatement>`}</a:Assertion>`;
  const status = script.status ?? `<p:StatusCode Value="${saml}:2.0:status:Success"/>`;
  const plain = `<?xml version="1.0" encoding="UTF-8"?>
<p:Response xmlns:p="${saml}:2.0:protocol" xmlns:a="${saml}:2.0:assertion" ID="_${randomBytes(16).toString("hex")}" Version="2.0" IssueInstant="${at(0)}" Destination="${script.destination ?? acsUrl}"${answering}>${from}<p:Status>${status}</p:Status>${script.status ? "" : assertion}</p:Response>`;
  const written = (script.before ?? same)(plain);
  const signed = script.signs === "nothing" ? written : signXml(written, script.key ?? keys.key, script);
  return Buffer.from((script.after ?? same)(signed)).toString("base64");
}

export const same = (xml: string) => xml;

type Signing = Pick<Script, "algorithm" | "digest"> & { signs?: Script["signs"] | "logout" };

export function signXml(xml: string, privateKey: string, { signs = "assertion", algorithm, digest }: Signing): string {
  const element = signs === "response" ? "Response" : "Assertion";
  const xpath = signs === "logout" ? "/*" : `//*[local-name(.)='${element}']`;
  const sig = new SignedXml({
    ...{ privateKey, canonicalizationAlgorithm: exclusive, signatureAlgorithm: algorithm ?? `${more}#rsa-sha256` },
  });
  sig.addReference({ xpath, transforms: [enveloped, exclusive], digestAlgorithm: digest ?? `${enc}#sha256` });
  const location = { reference: `${xpath}/*[local-name(.)='Issuer']`, action: "after" as const };
  sig.computeSignature(xml, { prefix: "d", location });
  return sig.getSignedXml();
}

export const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Returns the metadata of a provider, in a list with one entry, with an address for another binding before the one that is used. */
export function writeMetadata(issuer: string, signInUrl: string, certificates: string[], signOutUrl?: string): string {
  const keys = certificates
    .map((certificate) => certificate.replace(/-----[A-Z ]+-----|\s/g, ""))
    .map(
      (body) =>
        `<KeyDescriptor use="signing"><d:KeyInfo><d:X509Data><d:X509Certificate>\n${body}\n</d:X509Certificate></d:X509Data></d:KeyInfo></KeyDescriptor>`,
    )
    .join("");
  const service = (binding: string, at: string) =>
    `<SingleSignOnService Binding="${saml}:2.0:bindings:${binding}" Location="${escaped(at)}"/>`;
  const logout = signOutUrl
    ? `<SingleLogoutService Binding="${saml}:2.0:bindings:HTTP-Redirect" Location="${escaped(signOutUrl)}"/>`
    : "";
  return `<?xml version="1.0"?><!-- of a directory -->
<EntitiesDescriptor xmlns="${saml}:2.0:metadata" xmlns:d="http://www.w3.org/2000/09/xmldsig#"><EntityDescriptor entityID="${escaped(issuer)}">
  <IDPSSODescriptor protocolSupportEnumeration="${saml}:2.0:protocol">${keys}${logout}${service("HTTP-POST", `${signInUrl}/post`)}${service("HTTP-Redirect", signInUrl)}</IDPSSODescriptor>
</EntityDescriptor></EntitiesDescriptor>`;
}

/** Reads the request from the address to which a browser is redirected. */
export function readRequest(url: string): Asker & { relayState: string } {
  const { searchParams } = new URL(url);
  const xml = inflateRawSync(Buffer.from(searchParams.get("SAMLRequest") ?? "", "base64")).toString();
  const found = (pattern: RegExp) => pattern.exec(xml)?.[1] ?? "";
  return {
    ...{ requestId: found(/\sID="([^"]+)"/), acsUrl: found(/AssertionConsumerServiceURL="([^"]+)"/) },
    ...{ entityId: found(/<saml:Issuer[^>]*>([^<]+)</), relayState: searchParams.get("RelayState") ?? "" },
  };
}

/** Checks the signature of the request or answer in an address, over exactly the characters that the browser sends. */
export function isRequestSigned(url: string, certificate: string, message = "SAMLRequest"): boolean {
  const { search, searchParams } = new URL(url);
  const signed = [message, "RelayState", "SigAlg"].flatMap(
    (name) => new RegExp(`\\b${name}=[^&]*`).exec(search)?.[0] ?? [],
  );
  if (searchParams.get("SigAlg") !== `${more}#rsa-sha256`) return false;
  const signature = Buffer.from(searchParams.get("Signature") ?? "", "base64");
  return createVerify("sha256").update(signed.join("&")).verify(certificate, signature);
}

/** Starts a SAML provider on this machine. The login that is typed on its page is the person's address; `scripts` contains its next answers. */
export async function startSamlIdp() {
  const keys = newKeys();
  let next: Script = {};
  let asked = "";
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    if (url.pathname === "/sso") {
      asked = url.href;
      return sendLogin(response, url);
    }
    if (url.pathname === "/answer") return void sendAnswer(response, url);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${origin}/entity`;

  async function sendAnswer(response: ServerResponse, url: URL): Promise<void> {
    const login = url.searchParams.get("login") ?? "";
    const asker = readRequest(url.href);
    const { encryptFor } = next;
    const written = writeAnswer(keys, issuer, asker, {
      ...{ nameId: `id of ${login}`, attributes: usualAttributes(login), ...next },
    });
    next = {};
    const answer = encryptFor ? await encryptAnswer(written, { certificate: encryptFor }) : written;
    sendHtml(
      response,
      `<form method="post" action="${escaped(asker.acsUrl)}"><input type="hidden" name="SAMLResponse" value="${answer}">
      <input type="hidden" name="RelayState" value="${escaped(asker.relayState)}"><button>Go back</button></form>`,
    );
  }

  return {
    ...{ issuer, keys, metadata: writeMetadata(issuer, `${origin}/sso`, [keys.certificate]) },
    /** The last request, as the browser sent it. */
    asked: () => asked,
    script: (wanted: Script) => {
      next = wanted;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function sendLogin(response: ServerResponse, { searchParams }: URL): void {
  const hidden = [...searchParams].map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`,
  );
  sendHtml(
    response,
    `<form action="/answer">${hidden.join("")}<label>Login <input name="login"></label> <button>Sign in</button></form>`,
  );
}

function sendHtml(response: ServerResponse, body: string): void {
  response.writeHead(200, { "content-type": "text/html" });
  response.end(`<!doctype html><html lang="en"><title>Log in</title>${body}</html>`);
}
