import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "../support/browser/test";

/** The pages and downloads of the instance, with existing ids in their addresses. */
function addresses(ids: { slug: string; person: string }): string[] {
  const folder = path.resolve("app/instance");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /(^|[\\/])(page\.tsx|route\.ts)$/.test(file))
    .map((file) => {
      const parts = path
        .dirname(file)
        .split(path.sep)
        .filter((part) => part !== ".");
      const named = parts.map((part) => {
        if (part === "[slug]") return ids.slug;
        if (part === "[...id]") return "atelier-base";
        return part === "[id]" ? ids.person : part;
      });
      return ["/instance", ...named].join("/");
    });
}

test("OP-04 no page, download or part of a page of the instance opens for a person who is not an operator", async ({
  signIn,
  workspace,
  request,
  cookieOf,
  database,
}) => {
  test.setTimeout(240_000);
  const people = await Promise.all(["Admin", "Deactivated", "Former", "Outsider"].map((name) => signIn({ name })));
  const [admin, deactivated, former, outsider] = people.map(({ person }) => person);
  if (!admin || !deactivated || !former || !outsider) throw new Error("no person signed in");
  const acme = await workspace(admin, "Acme");
  for (const { id } of [deactivated, former])
    await database`insert into operators (user_id, source) values (${id}, 'environment')`;
  // Their sessions started before that.
  const cookies = {
    admin: await cookieOf(admin),
    outsider: await cookieOf(outsider),
    former: await cookieOf(former),
    deactivated: await cookieOf(deactivated),
    none: "atelier.session=none",
  };
  await database`update users set deactivated_at = now() where id = ${deactivated.id}`;
  await database`delete from operators where user_id = ${former.id}`;
  const paths = [...new Set(addresses({ slug: acme.slug, person: outsider.id }))];
  expect(paths.length).toBeGreaterThan(20);
  const told: [string, string, number][] = [];
  for (const [who, cookie] of Object.entries(cookies))
    for (const address of paths) {
      // As a full page, and in the way Next's pages request only the part inside the present frame.
      const tree = JSON.stringify([
        "",
        { children: ["instance", { children: ["elsewhere", { children: ["__PAGE__", {}] }] }] },
        null,
        null,
      ]);
      const asked: Record<string, string>[] = [{}, { RSC: "1", "Next-Router-State-Tree": encodeURIComponent(tree) }];
      for (const headers of asked) {
        const get = (at: string) => request.get(at, { headers: { cookie, ...headers }, maxRedirects: 0 });
        const first = await get(address);
        // Next redirects the request for a part once, to the address that its own pages use.
        const next = first.headers().location ?? "";
        const answer = next.includes("_rsc=") ? await get(next) : first;
        const text = await answer.text();
        const isSignedOut = who === "none" || who === "deactivated";
        // A streamed answer for a part has already started with 200; it then contains only the redirect.
        const isRefused =
          (isSignedOut ? [302, 303, 307, 401] : [403, 404]).includes(answer.status()) ||
          (answer.status() === 200 && /NEXT_(HTTP_ERROR_FALLBACK;404|REDIRECT)/.test(text));
        const isEmpty = !/What operators (see|did)|Who may sign up|with an OpenAI-compatible API|No ceiling/.test(text);
        if (!isRefused || !isEmpty) told.push([who, `${address}${"RSC" in headers ? " (RSC)" : ""}`, answer.status()]);
      }
    }
  expect(told).toEqual([]);
  expect(
    await database`select from audit_events where actor_id in ${database(people.map(({ person }) => person.id))}`,
  ).toHaveLength(0);
});
