import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { parse, stringify } from "yaml";
import { addGauges, remembered } from "@/server/composition/gauges";
import { addGauge, registry, startMeasuring } from "@/server/platform/metrics";

const read = (name: string) => readFileSync(`docs/${name}`, "utf8");

/** The metrics that there are, with the names that a histogram is asked by. */
let known: Set<string>;

beforeAll(() => {
  startMeasuring();
  addGauges();
  const metrics = registry.getMetricsAsArray();
  known = new Set(
    metrics.flatMap(({ name }) => [name, ...["_bucket", "_sum", "_count"].map((end) => `${name}${end}`)]),
  );
});

const namesIn = (text: string) => [...new Set(text.match(/\b(atelier|nodejs|process)_[a-z0-9_]+/g))];

type Rules = { groups: { rules: { alert: string; expr: string }[] }[] };

test("every panel of the dashboard and every alert asks for metrics that there are", () => {
  const { groups } = parse(read("monitoring/alerts.yaml")) as Rules;
  const asked = namesIn(
    read("monitoring/dashboard.json") + groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
  );
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.filter((name) => !known.has(name))).toEqual([]);
});

/** The labels that Prometheus adds, and the one that says which part of a histogram it is. */
const labelsOfAll = ["instance", "job", "le"];

function labelsOf(name: string): readonly string[] {
  const metric = registry.getSingleMetric(name) ?? registry.getSingleMetric(name.replace(/_(bucket|sum|count)$/, ""));
  return (metric as unknown as { labelNames?: string[] } | undefined)?.labelNames ?? [];
}

test("every expression of theirs asks for labels that its metrics have", () => {
  const { groups } = parse(read("monitoring/alerts.yaml")) as Rules;
  const { panels } = JSON.parse(read("monitoring/dashboard.json")) as { panels: { targets?: { expr: string }[] }[] };
  const expressions = [
    ...groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
    ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ];
  const asked = expressions.flatMap((expr) => {
    const within = [...expr.matchAll(/(\w+)\{([^}]*)\}/g)].flatMap(([, name = "", labels = ""]) =>
      [...labels.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => ({ expr, label, names: [name] })),
    );
    const names = namesIn(expr);
    const grouped = [...expr.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, list = ""]) =>
      list.split(",").map((label) => ({ expr, label: label.trim(), names })),
    );
    return [...within, ...grouped];
  });
  expect(asked.length).toBeGreaterThan(20);
  const missing = asked.filter(
    ({ label = "", names }) => !labelsOfAll.includes(label) && !names.some((name) => labelsOf(name).includes(label)),
  );
  expect(missing).toEqual([]);
});

/** Whether Prometheus' own tool is here: Debian has it in `prometheus`. */
const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;

function promtool(args: string[], input?: string): string {
  const { stdout, stderr } = spawnSync("promtool", args, { encoding: "utf8", ...(input !== undefined && { input }) });
  return `${stdout}${stderr}`;
}

test.skipIf(!hasPromtool)(
  "Prometheus' own tool reads every alert, every expression of the dashboard, and what is told",
  async () => {
    expect(promtool(["check", "rules", "docs/monitoring/alerts.yaml"])).toMatch(/SUCCESS: \d+ rules found/);
    const { panels } = JSON.parse(read("monitoring/dashboard.json")) as { panels: { targets?: { expr: string }[] }[] };
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    // What Grafana puts in before it asks.
    const filled = expressions.map((expr) => expr.replaceAll("$instance", ".*").replaceAll("$__rate_interval", "1m"));
    expect(filled.filter((expr) => expr.includes("$"))).toEqual([]);
    const rules = filled.map((expr, index) => ({ record: `panel:${index}`, expr }));
    const folder = mkdtempSync(path.join(tmpdir(), "atelier-panels-"));
    const file = path.join(folder, "panels.yaml");
    writeFileSync(file, stringify({ groups: [{ name: "panels", rules }] }));
    expect(promtool(["check", "rules", file])).toContain(`SUCCESS: ${expressions.length} rules found`);
    rmSync(folder, { recursive: true });
    const complaints = promtool(["check", "metrics"], await registry.metrics()).split("\n");
    expect(complaints.filter((line) => line.startsWith("atelier_"))).toEqual([]);
  },
);

test("docs/monitoring.md has every metric of Atelier's, every alert, and none besides", () => {
  const text = read("monitoring.md");
  const own = registry.getMetricsAsArray().flatMap(({ name }) => (name.startsWith("atelier_") ? [name] : []));
  expect(namesIn(text).filter((name) => !known.has(name) && !/^(nodejs|process)_$/.test(name))).toEqual([]);
  expect(own.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  const { groups } = parse(read("monitoring/alerts.yaml")) as Rules;
  const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
  expect([...text.matchAll(/^\| `(Atelier\w+)`/gm)].map(([, name]) => name)).toEqual(alerts);
});

test("a scrape every second, by several servers at once, asks the database once in five seconds", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  let asked = 0;
  const read = remembered(async () => ++asked);
  for (let second = 0; second < 20; second++) {
    const seen = await Promise.all([read(), read(), read()]);
    expect(new Set(seen).size).toBe(1);
    vi.advanceTimersByTime(1_000);
  }
  expect(asked).toBeLessThanOrEqual(4);
  // What failed is not asked again sooner either: a database that is away is left alone.
  const failing = remembered(() => Promise.reject(new Error(`away ${++asked}`)));
  const failures = [await failing().catch(String), await failing().catch(String)];
  expect(failures[1]).toBe(failures[0]);
  vi.useRealTimers();
});

test("what cannot be read is left out, and the rest is told", async () => {
  const away = () => Promise.reject(new Error("the database is away"));
  addGauge({ name: "atelier_test_alone", help: "Cannot be read." }, away);
  addGauge({ name: "atelier_test_labelled", help: "Cannot be read.", label: "status" }, away);
  addGauge({ name: "atelier_test_read", help: "Can be read." }, () => 7);
  const lines = (await registry.metrics()).split("\n");
  expect(lines).toContain("atelier_test_read 7");
  expect(lines.filter((line) => /^atelier_test_(alone|labelled)/.test(line))).toEqual([]);
  for (const name of ["alone", "labelled", "read"]) registry.removeSingleMetric(`atelier_test_${name}`);
});
