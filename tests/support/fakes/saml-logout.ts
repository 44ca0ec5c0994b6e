import { createSign, randomBytes } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { escaped, type Keys, more, same, saml, signXml } from "./saml-idp";

/** The logout request of a provider. Omitted fields have valid values. */
export type LogoutScript = {
  issuer?: string;
  destination?: string | null;
  nameId?: string | null;
  sessions?: string[];
  id?: string;
  /** How far its clock is ahead of this machine's. */
  clockMs?: number;
  until?: string;
  key?: string;
  algorithm?: string;
  isUnsigned?: boolean;
  relayState?: string;
  before?: (xml: string) => string;
  after?: (xml: string) => string;
};

function logoutXml(issuer: string, logoutUrl: string, script: LogoutScript): string {
  const at = new Date(Date.now() + (script.clockMs ?? 0)).toISOString();
  const to = script.destination === undefined ? logoutUrl : script.destination;
  const { id = `_${randomBytes(16).toString("hex")}`, nameId = "G-7f3a", sessions = ["s-1"], until } = script;
  const xml = `<p:LogoutRequest xmlns:p="${saml}:2.0:protocol" xmlns:a="${saml}:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${at}"${to === null ? "" : ` Destination="${escaped(to)}"`}${until ? ` NotOnOrAfter="${until}"` : ""}><a:Issuer>${escaped(script.issuer ?? issuer)}</a:Issuer>${
    nameId === null ? "" : `<a:NameID>${escaped(nameId)}</a:NameID>`
  }${sessions.map((session) => `<p:SessionIndex>${escaped(session)}</p:SessionIndex>`).join("")}</p:LogoutRequest>`;
  return (script.before ?? same)(xml);
}

/** Writes a logout request for a form (HTTP-POST), with the signature inside the XML. */
export function writeLogoutForm(keys: Keys, issuer: string, logoutUrl: string, script: LogoutScript = {}): FormData {
  const xml = logoutXml(issuer, logoutUrl, script);
  const { isUnsigned, key = keys.key, algorithm } = script;
  const signed = isUnsigned ? xml : signXml(xml, key, { signs: "logout", ...(algorithm && { algorithm }) });
  const form = new FormData();
  form.set("SAMLRequest", Buffer.from((script.after ?? same)(signed)).toString("base64"));
  if (script.relayState) form.set("RelayState", script.relayState);
  return form;
}

/** Writes a logout request for the query of an address (HTTP-Redirect), with the signature in its own parameter. */
export function writeLogoutQuery(keys: Keys, issuer: string, logoutUrl: string, script: LogoutScript = {}): string {
  const packed = deflateRawSync(Buffer.from(logoutXml(issuer, logoutUrl, script))).toString("base64");
  const { isUnsigned, key = keys.key, algorithm = `${more}#rsa-sha256`, relayState } = script;
  const parts = [
    `SAMLRequest=${encodeURIComponent(packed)}`,
    ...(relayState ? [`RelayState=${encodeURIComponent(relayState)}`] : []),
    `SigAlg=${encodeURIComponent(algorithm)}`,
  ];
  const digest = algorithm.endsWith("sha1") ? "RSA-SHA1" : "RSA-SHA256";
  const signature = createSign(digest).update(parts.join("&")).sign(key, "base64");
  const whole = isUnsigned ? parts : [...parts, `Signature=${encodeURIComponent(signature)}`];
  return `?${(script.after ?? same)(whole.join("&"))}`;
}

/** Reads the answer to a logout request from the address to which the browser is redirected. */
export function readLogoutAnswer(url: string): { isSuccess: boolean; inResponseTo: string; relayState: string | null } {
  const { searchParams } = new URL(url);
  const xml = inflateRawSync(Buffer.from(searchParams.get("SAMLResponse") ?? "", "base64")).toString();
  return {
    isSuccess: xml.includes(`Value="${saml}:2.0:status:Success"`),
    inResponseTo: /InResponseTo="([^"]+)"/.exec(xml)?.[1] ?? "",
    relayState: searchParams.get("RelayState"),
  };
}
