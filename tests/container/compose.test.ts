import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readStages, settingsOf } from "./dockerfile";

type Service = { environment: Record<string, string>; ports?: string[]; read_only?: boolean };
const compose = parse(readFileSync("compose.yaml", "utf8")) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
};
const readme = readFileSync("README.md", "utf8");
const isDocumented = (name: string) => new RegExp(`^\\| .*\`${name}\`.* \\|`, "m").test(readme);

test("what the compose file and the image set are settings that exist", () => {
  const names = [
    ...Object.keys(compose.services.atelier?.environment ?? {}),
    ...Object.keys(settingsOf(readStages("Dockerfile")).environment).filter((name) => name !== "NODE_ENV"),
  ];
  expect(names.length).toBeGreaterThan(8);
  for (const name of names) expect(isDocumented(name), name).toBe(true);
});

test("the compose file publishes one port, to this machine alone, and no database", () => {
  expect(Object.values(compose.services).flatMap(({ ports = [] }) => ports)).toEqual(["127.0.0.1:3000:3000"]);
  expect(compose.services.atelier?.read_only).toBe(true);
});

test("the image is not run as root, and its command and health check are programs that are in it", () => {
  expect(readFileSync("Dockerfile", "utf8")).toMatch(/^USER node$/m);
  const { command, healthCheck, environment } = settingsOf(readStages("Dockerfile"));
  expect(command).toEqual(["node", "--enable-source-maps", "--max-semi-space-size=32", "dist/serve.mjs"]);
  expect(healthCheck[0]).toBe("node");
  expect(environment).toMatchObject({ NODE_ENV: "production", HOST: "0.0.0.0", DATA_DIR: "/data" });
});
