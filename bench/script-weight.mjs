// P9: the size of the JavaScript that the members page loads, as transferred.
import { browse } from "./browser.mjs";
import { figure } from "./figures.mjs";

export async function run(stage) {
  await stage.app();
  const where = await stage.world.place(stage.sql, 50);
  const scripts = await browse(stage, where.admin, async (page) => {
    await page.goto(`/w/${where.slug}/members`, { waitUntil: "networkidle" });
    return page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .filter(({ name }) => /\.js(\?|$)/.test(name))
        .map(({ name, encodedBodySize }) => ({ name, size: encodedBodySize })),
    );
  });
  const largest = scripts.toSorted((a, b) => b.size - a.size).slice(0, 3);
  const note = `${scripts.length} files, the largest ${largest.map(({ size }) => (size / 1_000).toFixed(1)).join(", ")} kB`;
  const total = scripts.reduce((sum, { size }) => sum + size, 0) / 1_000;
  return [
    figure({ id: "P9", name: "JavaScript of the members page, gzip", value: total, unit: "kB", atMost: 155, note }),
  ];
}
