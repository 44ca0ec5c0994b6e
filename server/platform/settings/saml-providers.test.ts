import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { newKeys, writeMetadata } from "@/tests/support/fakes/saml-idp";
import { readSignInProviders } from "./sign-in-providers";

const acme = { id: "acme", name: "Acme", issuer: "https://login.acme.example", clientId: "a", clientSecret: "c" };
const folder = mkdtempSync(path.join(tmpdir(), "atelier-saml-"));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (saml: unknown) =>
  readSignInProviders(
    {
      AUTH_OIDC_PROVIDERS: JSON.stringify([acme]),
      AUTH_SAML_PROVIDERS: typeof saml === "string" ? saml : JSON.stringify(saml),
    },
    "https://atelier.example",
  );

const samlKeys = newKeys();
const umbrella = {
  ...{ id: "umbrella", name: "Umbrella", issuer: "https://login.umbrella.example/saml" },
  ...{ signInUrl: "https://login.umbrella.example/sso", certificates: [samlKeys.certificate] },
};

test("SI-19 SAML providers of the environment, by their parts or by a file of metadata, beside the others", () => {
  const file = path.join(folder, "metadata.xml");
  const signOutUrl = "https://login.umbrella.example/slo";
  const wanting = writeMetadata(umbrella.issuer, umbrella.signInUrl, [samlKeys.certificate], signOutUrl);
  writeFileSync(file, wanting.replace("<IDPSSODescriptor ", '<IDPSSODescriptor WantAuthnRequestsSigned="true" '));
  const byFile = { id: "by-file", name: "By file", metadataFile: file, trustEmail: true, entityId: "urn:atelier" };
  expect(read([umbrella, byFile])).toEqual({
    complaints: [],
    providers: [
      expect.objectContaining({ id: "acme", protocol: "oidc" }),
      {
        ...{ ...umbrella, protocol: "saml", certificates: [samlKeys.certificate.trim()], setBy: "AUTH_SAML_PROVIDERS" },
        ...{ clientId: `https://atelier.example/api/auth/saml/umbrella`, signsRequests: false },
        ...{ trustEmail: false, emailClaim: "email", subjectClaim: null, signOutUrl: null },
      },
      expect.objectContaining({
        ...{ id: "by-file", issuer: umbrella.issuer, signInUrl: umbrella.signInUrl, signsRequests: true },
        ...{ trustEmail: true, clientId: "urn:atelier", signOutUrl, certificates: [samlKeys.certificate.trim()] },
      }),
    ],
  });
});

test.each([
  ["not JSON", "{", "AUTH_SAML_PROVIDERS is not JSON"],
  ["twice", [umbrella, umbrella], "must be a list of at most 20 providers with different ids"],
  ["with an unknown member", [{ ...umbrella, secret: "x" }], "provider 1 may have id, entityId, name"],
  ["with an id of ours", [{ ...umbrella, id: "github" }], "provider 1 has no usable id"],
  [
    "with the id of a stored one",
    [{ ...umbrella, id: "1f0f5b2e-7c55-4c0a-9d0a-0a4b6a0c9d11" }],
    "provider 1 has no usable id",
  ],
  ["with one name twice", [umbrella, { ...umbrella, id: "b", name: "UMBRELLA" }], "provider 2 has the id or name"],
  ["without a sign-in address", [{ ...umbrella, signInUrl: undefined }], "provider 1: it needs a metadataFile, or"],
  ["with both", [{ ...umbrella, metadataFile: "/x" }], "provider 1: it has a metadataFile"],
  [
    "with a file that is not there",
    [{ id: "a", name: "A", metadataFile: "/nowhere/umbrella" }],
    "provider 1: its metadataFile cannot be read",
  ],
  ["with a private key", [{ ...umbrella, certificates: [samlKeys.key] }], "This has a private key"],
  [
    "with a sign-out address over plain http",
    [{ ...umbrella, signOutUrl: "http://login.umbrella.example/slo" }],
    "is not https",
  ],
  ["over plain http", [{ ...umbrella, signInUrl: "http://login.umbrella.example/sso" }], "is not https"],
  ["with the id of another", [{ ...umbrella, id: "acme" }], "provider 1 has the id or name of another provider"],
  ["with the name of another", [{ ...umbrella, name: "ACME" }], "provider 1 has the id or name of another provider"],
])("SI-19 SAML providers %s are refused in one sentence, without a value", (_, list, sentence) => {
  const said = read(list).complaints.join("\n");
  expect(said).toContain(sentence);
  expect(said).not.toMatch(/umbrella|BEGIN/i);
});
