import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { addGauges } from "@/server/composition/gauges";
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

test("docs/monitoring.md has every metric of Atelier's, every alert, and none besides", () => {
  const text = read("monitoring.md");
  const own = registry.getMetricsAsArray().flatMap(({ name }) => (name.startsWith("atelier_") ? [name] : []));
  expect(namesIn(text).filter((name) => !known.has(name) && !/^(nodejs|process)_$/.test(name))).toEqual([]);
  expect(own.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  const { groups } = parse(read("monitoring/alerts.yaml")) as Rules;
  const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
  expect([...text.matchAll(/^\| `(Atelier\w+)`/gm)].map(([, name]) => name)).toEqual(alerts);
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
