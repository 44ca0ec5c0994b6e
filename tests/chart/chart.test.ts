import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";

const chart = (name: string) => readFileSync(`deploy/helm/atelier/${name}`, "utf8");
const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

test("the chart installs this version", () => {
  expect(parse(chart("Chart.yaml"))).toMatchObject({ apiVersion: "v2", name: "atelier", appVersion: version });
});

test("the values refuse every variable that is secret, and those that the chart sets itself", () => {
  const schema = JSON.parse(chart("values.schema.json"));
  const refused: string[] = schema.properties.env.propertyNames.not.enum;
  const variables = [...readFileSync(".env.example", "utf8").matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map(
    ([, name]) => name,
  );
  const isSecret = (name = "") =>
    /(SECRET|PASSWORD|PEPPER|TOKEN|ACCESS_KEY(_ID)?|API_KEY|SERVER_KEY)$|^DATABASE(_\w+)?_URL$|^SMTP_URL$/.test(name);
  const secret = variables.filter(isSecret);
  expect(secret.length).toBeGreaterThan(10);
  expect(secret.filter((name) => !refused.includes(String(name)))).toEqual([]);
  const config = chart("templates/config.yaml") + chart("templates/_helpers.tpl");
  const own = [...config.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name);
  expect(own.filter((name) => !refused.includes(String(name)))).toEqual([]);
});
