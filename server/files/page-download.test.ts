import { randomBytes } from "node:crypto";
import { createServer, get, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { hashSessionToken } from "@/server/auth/person";
import { cookieNames } from "@/server/platform/cookies";
import { owner } from "@/tests/support/database";
import { closeNow, listen } from "@/tests/support/fakes/listening";
import { memberOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { answerFileRequest, readFileRequest } from "./page-requests";

const bytes = 1_000_000;

// A store that returns a byte every 50 ms, for as long as it is read.
vi.mock("./storage", async (original) => ({
  ...(await original<typeof import("./storage")>()),
  open: async () =>
    Readable.from(
      (async function* () {
        for (let sent = 0; sent < bytes; sent++) {
          yield Buffer.from("x");
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      })(),
    ),
}));

let server: Server;
let acme: TestWorkspace;
beforeAll(async () => {
  acme = await workspace();
  server = createServer((request, response) => {
    const asked = readFileRequest(request.method ?? "", request.url ?? "");
    if (asked) void answerFileRequest(asked, request, response);
  });
  await listen(server);
});
afterAll(() => closeNow(server));

type Under = { member: Signed; fileId: string; token: string };

const takings: Record<string, (under: Under) => Promise<unknown>> = {
  "they are removed": ({ member }) => acme.admin.api.members.remove({ workspace: acme.slug, userId: member.person.id }),
  "they are signed out": ({ token }) => owner`delete from sessions where token_hash = ${hashSessionToken(token)}`,
  "the file is deleted": ({ fileId }) => owner`update files set deleted_at = now() where id = ${fileId}`,
};

test.each(Object.entries(takings))("IS-14 a member's download of a file breaks off: %s", async (_, take) => {
  const member = await memberOf(acme, "viewer");
  const token = randomBytes(32).toString("base64url");
  await owner`
    insert into sessions (token_hash, user_id, expires_at)
    values (${hashSessionToken(token)}, ${member.person.id}, now() + interval '1 day')`;
  const [file] = await owner`
    insert into files (workspace_id, filename, bytes, sha256, purpose)
    values (${acme.id}, 'long.jsonl', ${bytes}, ${randomBytes(32)}, 'fine-tune') returning id`;
  const { port } = server.address() as AddressInfo;
  const response = await new Promise<import("node:http").IncomingMessage>((resolve, reject) => {
    const headers = { cookie: `${cookieNames().session}=${token}` };
    get({ port, path: `/w/${acme.slug}/models/files/${file?.id}/download`, headers }, resolve).on("error", reject);
  });
  expect(response.statusCode).toBe(200);
  const ended = new Promise<boolean>((resolve) => response.on("error", () => {}).on("close", () => resolve(true)));
  response.resume();
  await take({ member, fileId: String(file?.id), token });
  expect(await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 6_000, false))])).toBe(true);
  expect(response.complete).toBe(false);
});
