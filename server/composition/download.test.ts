import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { refuse, refuseUntil } from "@/server/api/refusals";
import { hashSessionToken } from "@/server/auth/person";
import { owner } from "@/tests/support/database";
import { newPerson } from "@/tests/support/people";
import { answerDownload, downloadBody } from "./download";

const jar = vi.hoisted(() => ({ token: "" }));
vi.mock("next/headers", () => ({ cookies: async () => ({ get: () => ({ value: jar.token }) }) }));

const asked = (from?: string) =>
  new Request("http://localhost/w/acme/audit/export", from ? { headers: { "sec-fetch-site": from } } : {});

test.each(["cross-site", "same-site", "something-new"])(
  "IS-15 a download that is asked from %s does not begin",
  async (from) => {
    const start = vi.fn();
    const answer = await answerDownload(asked(from), "/w/acme/audit", start);
    expect([answer.status, start.mock.calls.length]).toEqual([403, 0]);
  },
);

test.each(["same-origin", "none", undefined])("IS-15 a download that is asked from %s begins", async (from) => {
  const answer = await answerDownload(asked(from), "/w/acme/audit", async () => new Response("file"));
  expect(await answer.text()).toBe("file");
});

const refused = (error: unknown) =>
  answerDownload(asked(), "/w/acme/audit", async () => {
    throw error;
  });

test("what a limit or a role refuses is said in words, with its status and when it can succeed", async () => {
  const tooMany = await refused(refuseUntil(90));
  expect([tooMany.status, tooMany.headers.get("retry-after")]).toEqual([429, "90"]);
  const forbidden = await refused(refuse("not_permitted"));
  expect(forbidden.status).toBe(403);
  expect(await forbidden.text()).toContain("Ask an Admin.");
});

test("a stale sign-in is sent to another one, and back to the page", async () => {
  await expect(refused(refuse("sign_in_again"))).rejects.toMatchObject({
    digest: expect.stringContaining("/sign-in?notice=again&callbackUrl=%2Fw%2Facme%2Faudit"),
  });
});

test("what is no refusal goes on as it is", async () => {
  await expect(refused(new Error("broken"))).rejects.toThrow("broken");
});

describe("IS-14 a download that goes on", () => {
  beforeEach(async () => {
    const { person } = await newPerson();
    jar.token = randomBytes(32).toString("base64url");
    await owner`
      insert into sessions (token_hash, user_id, expires_at)
      values (${hashSessionToken(jar.token)}, ${person.id}, now() + interval '1 day')`;
  });
  async function* parts({ allow = () => {} }: { allow?: () => void }) {
    yield "one";
    allow();
    yield "two";
    yield "three";
  }
  const signOut = () => owner`delete from sessions where token_hash = ${hashSessionToken(jar.token)}`;

  test("is whole while the person is signed in", async () => {
    expect(await new Response(await downloadBody({}, parts)).text()).toBe("onetwothree");
  });

  test("breaks off at the next part when they were signed out", async () => {
    const reader = (await downloadBody({}, parts)).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("one");
    await signOut();
    await expect(reader.read()).rejects.toMatchObject({ cause: { reason: "not_signed_in" } });
  });

  test("breaks off at the next part when they may no more", async () => {
    const refusing = () => {
      throw refuse("not_permitted");
    };
    const reader = (await downloadBody({ allow: refusing }, parts)).getReader();
    await reader.read();
    await expect(reader.read()).rejects.toMatchObject({ cause: { reason: "not_permitted" } });
  });
});

test("IS-14 every download of several parts is sent that way", () => {
  const files = readdirSync("app", { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .filter((file) => /new ReadableStream/.test(readFileSync(`app/${file}`, "utf8")));
  expect(files).toEqual([]);
});
