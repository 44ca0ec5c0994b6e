import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { hashSessionToken } from "@/server/auth/person";
import { cookieNames } from "@/server/platform/cookies";
import { limits } from "@/server/platform/throttling/limits";
import { owner } from "@/tests/support/database";
import { newPerson } from "@/tests/support/people";
import { procedures } from "@/tests/support/procedures/list";
import { answerProcedure } from "./over-http";

test("IS-15 what a limit refuses says in Retry-After when it can succeed", async () => {
  const { person } = await newPerson();
  const token = randomBytes(32).toString("base64url");
  await owner`
    insert into sessions (token_hash, user_id, expires_at)
    values (${hashSessionToken(token)}, ${person.id}, now() + interval '1 day')`;
  const { name, burst } = limits.profileChangesPerPerson;
  await owner`insert into rate_buckets (key, level, at) values (${`${name}:${person.id}`}, ${burst}, clock_timestamp())`;
  const headers = { cookie: `${cookieNames().session}=${token}`, "content-type": "application/json" };
  const body = JSON.stringify({ name: "Ada" });
  const response = await answerProcedure(
    new Request("http://localhost/api/trpc/account.update", { method: "POST", headers, body }),
    { incoming: { headers } as unknown as IncomingMessage },
  );
  expect(response.status).toBe(429);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(60);
  expect((await response.json()).error.data.reason).toBe("too_many");
});

test.each([
  ["nested deep", "[".repeat(100_000)],
  ["of many members", `{${'"":0,'.repeat(25_000)}"a":0}`],
  ["that is long", JSON.stringify({ name: "x".repeat(300_000) })],
])("JSON %s is refused before it is parsed", async (_, body) => {
  const headers = { "content-type": "application/json" };
  const response = await answerProcedure(
    new Request("http://localhost/api/trpc/account.update", { method: "POST", headers, body }),
    { incoming: { headers } as unknown as IncomingMessage },
  );
  expect(response.status).toBe(413);
});

test("IS-15 a page that is only fetched changes nothing, but for downloads that ask where they are asked from", () => {
  const paths = procedures()
    // That a member was here is noted by the frame of their pages, and by nothing else.
    .filter(({ type, path }) => type === "mutation" && path !== "workspaces.touch")
    .map(({ path }) => path);
  const files = readdirSync("app", { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => ({ file, text: readFileSync(`app/${file}`, "utf8") }))
    // Actions answer posts only.
    .filter(({ text }) => text.includes("composition/caller") && !text.startsWith('"use server"'));
  expect(files.length).toBeGreaterThan(30);
  const changing = files.filter(
    ({ text }) => paths.some((path) => text.includes(`${path}(`)) && !text.includes("answerDownload(request"),
  );
  expect(changing.map(({ file }) => file)).toEqual([]);
});
