import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { endpoints } from "@/server/gateway/endpoints/table";
import { schemas } from "@/server/gateway/openapi/schemas";
import { endpointSamples } from "@/tests/support/gateway/endpoint-samples";

const rows = endpoints.map((endpoint) => [endpoint.path, endpoint, endpointSamples[endpoint.name]] as const);

describe.each(rows)("POST %s", (path, endpoint, sample) => {
  test("is in docs/api.md, with its scope, and has schemas that its request and its answer fit", () => {
    const text = readFileSync("docs/api.md", "utf8");
    expect([path, text.includes(`\`POST ${path}\``)]).toEqual([path, true]);
    const scopes = text.split("\n").filter((line) => line.startsWith(`| \`${endpoint.scope}\` |`));
    expect(scopes.join()).toContain(`\`POST ${path}\``);
    const { request, answer } = schemas[endpoint.name];
    const form = endpoint.reads.kind === "form" ? { file: "…" } : {};
    expect(request.safeParse({ model: "public", ...form, ...sample.request }).error).toBeUndefined();
    expect(request.safeParse(sample.request).success).toBe(false);
    if (!Buffer.isBuffer(sample.answer)) expect(answer.safeParse(sample.answer).error).toBeUndefined();
  });
});
