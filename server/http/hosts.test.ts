import { expect, test } from "vitest";
import { classifyHost, isFromElsewhere, isOwnOrigin } from "./hosts";

const appUrl = "https://atelier.acme.com";
const local = "http://localhost:3000";

test.each([
  [appUrl, "atelier.acme.com", "ours"],
  [appUrl, "ATELIER.acme.com", "ours"],
  [appUrl, "evil.example", "foreign"],
  [appUrl, "atelier.acme.com.evil.example", "foreign"],
  [appUrl, "atelier.acme.com:8443", "foreign"],
  [appUrl, "localhost", "foreign"],
  [appUrl, "", "foreign"],
  [appUrl, undefined, "foreign"],
  [local, "localhost:3000", "ours"],
  [local, "127.0.0.1:3000", "alias"],
  [local, "[::1]:3000", "alias"],
  [local, "127.0.0.1:3001", "foreign"],
  [local, "127.0.0.1", "foreign"],
  [local, "localhost:3000@evil.example", "foreign"],
] as const)("EM-01 at %s a request for the host %s is %s", (url, host, expected) => {
  expect(classifyHost(host, url)).toBe(expected);
});

test.each([
  [{ origin: appUrl }, true],
  [{ origin: "null" }, false],
  [{ origin: "" }, false],
  [{ origin: "https://atelier.acme.com.evil.example" }, false],
  [{ origin: "http://atelier.acme.com" }, false],
  [{ origin: "https://atelier.acme.com:8443" }, false],
  [{ origin: "https://evil.example", "sec-fetch-site": "same-origin" }, false],
  [{ "sec-fetch-site": "same-origin" }, true],
  [{ "sec-fetch-site": "same-site" }, false],
  [{ "sec-fetch-site": "cross-site" }, false],
  [{ "sec-fetch-site": "none" }, false],
  [{}, false],
])("BR-09 a change sent with %j is from our own pages: %s", (headers, expected) => {
  expect(isOwnOrigin(headers, appUrl)).toBe(expected);
});

const id = "1f0f5b2e-7c55-4c0a-9d0a-0a4b6a0c9d11";

test.each([
  ["POST", `/api/auth/saml/${id}/acs`, true],
  ["POST", "/api/auth/saml/acme/acs", true],
  ["POST", `/api/auth/saml/${id}/logout`, true],
  ["POST", "/api/auth/saml/acme/logout", true],
  ["POST", "/api/auth/saml/acme/start", false],
  ["GET", `/api/auth/saml/${id}/acs`, false],
  ["PUT", `/api/auth/saml/${id}/acs`, false],
  ["POST", `/api/auth/saml/${id}`, false],
  ["POST", `/api/auth/saml/${id}/acs/`, false],
  ["POST", `/api/auth/saml/${id}/acs/../../../start`, false],
  ["POST", "/api/auth/saml//acs", false],
  ["POST", `/api/auth/logout/${id}`, true],
  ["POST", "/api/auth/logout/oidc", true],
  ["GET", "/api/auth/logout/oidc", false],
  ["POST", "/api/auth/logout/", false],
  ["POST", "/api/auth/logout/oidc/start", false],
  ["POST", "/api/auth/start", false],
  ["POST", "/api/auth/callback/acs", false],
])("BR-09 %s %s comes from elsewhere by its nature: %s", (method, path, expected) => {
  expect(isFromElsewhere(method, path)).toBe(expected);
});
