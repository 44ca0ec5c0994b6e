import { expect, test, vi } from "vitest";
import { refuse, refuseUntil } from "@/server/api/refusals";
import { answerDownload } from "./download";

const asked = (from?: string) =>
  new Request("http://localhost/w/acme/audit/export", from ? { headers: { "sec-fetch-site": from } } : {});

test.each(["cross-site", "same-site", "something-new"])(
  "a download that is asked from %s does not begin",
  async (from) => {
    const start = vi.fn();
    const answer = await answerDownload(asked(from), "/w/acme/audit", start);
    expect([answer.status, start.mock.calls.length]).toEqual([403, 0]);
  },
);

test.each(["same-origin", "none", undefined])("a download that is asked from %s begins", async (from) => {
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
