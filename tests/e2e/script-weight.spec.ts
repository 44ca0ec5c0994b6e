import { expect, test } from "../support/browser/test";

/** In bytes over the wire, gzip. What Next and React need of it alone is about 133 kB. */
const most = 155_000;

for (const [page_, path] of [
  ["members", "/members"],
  ["keys", "/keys"],
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
