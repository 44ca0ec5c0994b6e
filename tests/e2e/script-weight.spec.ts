import { expect, test } from "../support/browser/test";

/*
 * In bytes over the wire, gzip: what a page weighs now and next to nothing more, so that growth is seen. What Next and React need of it alone
 * is about 133 kB.
 */

for (const [page_, path, most] of [
  ["members", "/members", 155_499],
  ["keys", "/keys", 166_499],
] as const) {
  test(`the scripts of the ${page_} page weigh ${most / 1_000} kB at most`, async ({ signIn, workspace }) => {
    const { person: ada, page } = await signIn();
    const acme = await workspace(ada);
    await page.goto(`/w/${acme.slug}${path}`, { waitUntil: "networkidle" });
    const scripts = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .filter(({ name }) => /\.js(\?|$)/.test(name))
        .map((entry) => ({
          name: new URL(entry.name).pathname,
          size: (entry as PerformanceResourceTiming).encodedBodySize,
        })),
    );
    const total = scripts.reduce((sum, { size }) => sum + size, 0);
    // A script from the cache would count as nothing.
    expect(Math.min(...scripts.map(({ size }) => size))).toBeGreaterThan(100);
    expect(scripts.length).toBeGreaterThan(5);
    test.info().annotations.push({ type: "weight", description: `${total} bytes` });
    expect(total, JSON.stringify(scripts, null, 1)).toBeLessThanOrEqual(most);
  });
}

test("the members page is 54 kB of HTML at most, without what a closed dialog has in it", async ({
  signIn,
  workspace,
}) => {
  const { person: ada, page } = await signIn();
  const acme = await workspace(ada);
  const at = `/w/${acme.slug}/members`;
  const html = async (path: string) => (await page.request.get(path)).text();
  const closed = await html(at);
  expect(closed).toContain('id="invite"');
  expect(closed).not.toContain(' name="emails"');
  test.info().annotations.push({ type: "weight", description: `${closed.length} characters` });
  expect(closed.length).toBeLessThanOrEqual(54_000);
  // The way of those without a script.
  expect(await html(`${at}?dialog=invite`)).toContain(' name="emails"');
});
