import { expect, test } from "../support/browser/test";

/*
 * The maximum transferred size of a page's scripts in bytes, with gzip: slightly more than the present size, so that growth is noticed. Next and React
 * alone are about 133 kB of it.
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
    // A script from the cache would count as zero bytes.
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
  // The way without JavaScript.
  expect(await html(`${at}?dialog=invite`)).toContain(' name="emails"');
});
