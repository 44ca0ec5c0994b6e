import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

/** The places that parse JSON of this process itself or of the operator. */
const own = new Map([
  ["server/platform/json/parse.ts", "once it is known to be within bounds"],
  [
    "server/platform/json/members.ts",
    "once it was scanned, a name of 160 bytes at most, or as much as a listener wants",
  ],
  ["server/platform/json/member-places.ts", "a name of an event that was parsed within bounds"],
  ["server/platform/settings/json.ts", "the operator's settings"],
  ["server/auth/providers/attempts.ts", "sealed by this instance"],
  ["server/auth/providers/stored.ts", "sealed by this instance"],
  ["server/auth/providers/test-sign-in.ts", "sealed by this instance"],
  ["server/auth/saml/receive.ts", "sealed by this instance"],
  ["server/auth/asked-address.ts", "sealed by this instance"],
  ["server/gateway/kept-responses/kept.ts", "sealed by this instance"],
  ["server/platform/json/work.ts", "a body that was scanned, within bounds, as it came"],
  ["server/gateway/door/hidden-models.ts", "an answer that this process has just written"],
  ["server/instance/overview/version.ts", "the package.json of this build"],
  ["server/mail/outbox.ts", "sealed by this instance"],
  ["server/model-servers/providers/stored.ts", "sealed by this instance"],
]);

const sources = readdirSync("server", { recursive: true, encoding: "utf8" })
  .map((file) => path.join("server", file).replaceAll("\\", "/"))
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file));

test("what comes from outside is parsed within bounds: nowhere else is JSON parsed, or an answer of another server read whole", () => {
  const found = sources.filter((file) =>
    /\bJSON\.parse\(|(response|answer|request|req)\.(json|text|arrayBuffer|blob)\(\)/.test(readFileSync(file, "utf8")),
  );
  expect(found.sort()).toEqual([...own.keys()].sort());
});
