import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { keepPolicies } from "./response-headers";

/** Returns the headers that a response with the common policies would send after `write` has set its own. */
function answered(write: (response: ServerResponse) => void) {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  response.setHeader("Content-Security-Policy", "default-src 'self'");
  keepPolicies(response);
  write(response);
  return response.getHeaders();
}

test.each([
  "no-cache, must-revalidate",
  "s-maxage=31536000",
  "public, max-age=31536000, immutable",
  "private, max-age=9",
])("%j does not take the place of the common cache policy", (policy) => {
  expect(answered((response) => response.setHeader("Cache-Control", policy))).toMatchObject({
    "cache-control": "private, no-store",
  });
});

test("what never changes may be kept by the browser it was given to", () => {
  const kept = "private, max-age=31536000, immutable";
  expect(answered((response) => response.setHeader("Cache-Control", kept))["cache-control"]).toBe(kept);
  // As Next adds a header to existing ones.
  expect(answered((response) => response.setHeader("Cache-Control", ["x", kept]))["cache-control"]).toBe(kept);
});

test("a route's own content policy is not added to the common one, and is written though there is one", () => {
  const own = "default-src 'none'; sandbox";
  const headers = answered((response) => {
    if (response.getHeader("Content-Security-Policy") === undefined)
      response.setHeader("Content-Security-Policy", ["default-src 'self'", own]);
  });
  expect(headers["content-security-policy"]).toBe(own);
});

test.each([
  ["setHeader", (response: ServerResponse, cookie: string) => response.setHeader("Set-Cookie", ["a=b", cookie])],
  ["appendHeader", (response: ServerResponse, cookie: string) => response.appendHeader("set-cookie", cookie)],
])("BR-12 IS-15 an answer that takes the session away by %s clears what the browser kept", (_name, write) => {
  const ended = "atelier.session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly";
  for (const cookie of [ended, `__Host-${ended}`])
    expect(answered((response) => write(response, cookie))["clear-site-data"]).toBe('"cache", "storage"');
  for (const cookie of ["atelier.session=abc; Path=/", "other=; Path=/"])
    expect(answered((response) => write(response, cookie))["clear-site-data"]).toBeUndefined();
});
