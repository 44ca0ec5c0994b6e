import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { owner } from "@/tests/support/database";
import { as, type FileClient, fileClient } from "@/tests/support/gateway/files";
import { memberOf, type Signed } from "@/tests/support/people";

const bytes = 1_000_000;

// A store that returns a byte every 50 ms, for as long as it is read.
vi.mock("@/server/files/storage", async (original) => ({
  ...(await original<typeof import("@/server/files/storage")>()),
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

let files: FileClient;
beforeAll(async () => {
  files = await fileClient();
});
afterAll(() => files.gateway.close());

type Under = { at: { workspace: string }; admin: Signed; member: Signed; fileId: string; keyId: string };

const takings: Record<string, (under: Under) => Promise<unknown>> = {
  "the key is revoked": ({ at, admin, keyId }) => admin.api.keys.revoke({ ...at, keyId }),
  "the key may no longer read files": ({ keyId }) => owner`update api_keys set scopes = '{chat}' where id = ${keyId}`,
  "the key passes to the workspace, and the file is its former member's": ({ at, admin, member }) =>
    admin.api.members.remove({ ...at, userId: member.person.id, keys: "keep" }),
  "the file is deleted": ({ fileId }) => owner`update files set deleted_at = now() where id = ${fileId}`,
};
const byKey = {
  ...takings,
  "the key is for another address": ({ keyId }: Under) =>
    owner`update api_keys set ip_ranges = '{10.1.0.0/16}' where id = ${keyId}`,
};

async function breaksOff(take: (under: Under) => Promise<unknown>, isByLink: boolean) {
  const { acme, gateway } = files;
  const at = { workspace: acme.slug };
  const member = await memberOf(acme, "developer");
  const key = await files.keyIn(acme, {}, member);
  const keyId = key.split("_")[1] ?? "";
  const [file] = await owner`
    insert into files (workspace_id, filename, bytes, sha256, purpose, visibility, uploaded_by)
    values (${acme.id}, 'long.jsonl', ${bytes}, ${randomBytes(32)}, 'fine-tune', 'user', ${member.person.id}) returning id`;
  const fileId = String(file?.id);
  const link = isByLink
    ? ((await (await files.get(`/v1/files/${fileId}/url`, key)).json()) as { url: string }).url
    : "";
  const { pathname, search } = new URL(link || `${gateway.url}/v1/files/${fileId}/content`);
  const answer = await fetch(gateway.url + pathname + search, { headers: isByLink ? {} : as(key) });
  expect(answer.status).toBe(200);
  const ended = answer.arrayBuffer().then(
    () => "whole",
    () => "cut off",
  );
  await take({ at, admin: acme.admin, member, fileId, keyId });
  expect(await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 6_000, "goes on"))])).toBe("cut off");
}

test.each(Object.entries(byKey))("IS-14 a key's download of a file breaks off: %s", (_, take) =>
  breaksOff(take, false),
);

test.each(Object.entries(takings))("IS-14 a download by a signed link breaks off: %s", (_, take) =>
  breaksOff(take, true),
);
