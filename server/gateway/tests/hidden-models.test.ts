import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Job } from "@/server/platform/background";
import { owner } from "@/tests/support/database";
import { ownModel, shareModel } from "@/tests/support/factories/models";
import { replaceMetering } from "@/tests/support/fakes/metering";
import { type FakeModelServer, startModelServer } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { type Hidden, hideOne } from "@/tests/support/hidden-models";
import type { Signed } from "@/tests/support/people";
import { type World, world } from "@/tests/support/procedures/world";

replaceMetering();

describe("IS-11 at /v1", () => {
  let upstream: FakeModelServer;
  let gateway: TestGateway;
  let watch: Job;
  let here: World;
  let hidden: Hidden;
  let secrets: Record<"admin" | "developer" | "service", string>;

  beforeAll(async () => {
    upstream = await startModelServer();
    gateway = await startGatewayTo([{ name: "one", url: upstream.url }]);
    watch = (await import("@/server/platform/announcements/announcements")).watchAnnouncements();
    here = await world("developer");
    hidden = await hideOne(here);
    const make = async ({ api }: Signed, more: object) =>
      (await api.keys.create({ workspace: here.ids.workspace, name: "A key", ...more } as never)).secret;
    const scopes = ["models:read", "files", "fine-tuning", "batches", "usage:read"];
    secrets = {
      admin: await make(here.workspace.admin, { scopes }),
      developer: await make(here.caller, { scopes }),
      service: await make(here.workspace.admin, { scopes, isService: true }),
    };
  });
  afterAll(async () => {
    await watch.stop();
    await gateway.close();
    await upstream.close();
  });

  /** What is asked of each route that answers by itself: a path that could name the model. */
  const samples: Record<string, (of: Hidden) => string[]> = {
    "/v1/models": () => ["/v1/models"],
    "/v1/openapi.json": () => ["/v1/openapi.json"],
    "/v1/models/:id{.+}": ({ id }) => [`/v1/models/${encodeURIComponent(id)}`],
    "/v1/files": () => ["/v1/files"],
    "/v1/files/:id": () => [`/v1/files/${here.ids.fileId}`],
    "/v1/files/:id/content": () => [`/v1/files/${here.ids.fileId}/content`],
    "/v1/files/:id/url": () => [`/v1/files/${here.ids.fileId}/url`],
    "/v1/files/:id/signed": () => [`/v1/files/${here.ids.fileId}/signed`],
    // Who may read a kept response is tested with these.
    "/v1/responses/:id": () => ["/v1/responses/resp_none"],
    "/v1/responses/:id/input_items": () => ["/v1/responses/resp_none/input_items"],
    "/v1/usage": () => ["model", "key", "member", "none"].map((by) => `/v1/usage?group_by=${by}`),
    "/v1/fine_tuning/jobs": ({ words }) => ["/v1/fine_tuning/jobs", `/v1/fine_tuning/jobs?suffix=${words[2]}`],
    "/v1/batches": () => ["/v1/batches"],
    "/v1/batches/:id": ({ batchId }) => [`/v1/batches/${batchId}`],
    "/v1/batch/jobs": ({ id }) => ["/v1/batch/jobs", `/v1/batch/jobs?model=${encodeURIComponent(id)}`],
    "/v1/batch/jobs/:id": ({ batchId }) => [`/v1/batch/jobs/${batchId}`],
    "/v1/fine_tuning/jobs/:id": ({ jobId }) => [`/v1/fine_tuning/jobs/${jobId}`],
  };

  const answersOf = async (secret: string) => {
    const telling: string[] = [];
    for (const paths of Object.values(samples))
      for (const path of paths(hidden)) {
        const answer = await fetch(gateway.url + path, { headers: { authorization: `Bearer ${secret}` } });
        const sent = decodeURIComponent(path);
        const text = await answer.text();
        if (hidden.words.some((word) => text.includes(word) && !sent.includes(word) && !path.includes(word)))
          telling.push(path.replace(hidden.jobId, "JOB").replace(hidden.batchId, "BATCH"));
      }
    return telling;
  };

  test("every route that is read is in the walk", async () => {
    const { listRoutes } = await import("@/server/gateway/app");
    const read = listRoutes()
      .filter(({ method }) => method === "GET")
      .map(({ path }) => path);
    expect([...new Set(read)].filter((path) => !(path in samples))).toEqual([]);
  });

  test("a member's key is told no model that is for others, nor is a service key; an Admin's reads what the Admin may", async () => {
    expect(await answersOf(secrets.developer)).toEqual([]);
    expect(await answersOf(secrets.service)).toEqual([]);
    expect(await answersOf(secrets.admin)).toEqual([
      ...["/v1/models", `/v1/models/${encodeURIComponent(hidden.id)}`, "/v1/usage?group_by=model"],
      ...["/v1/fine_tuning/jobs", `/v1/fine_tuning/jobs?suffix=${hidden.words[2]}`],
      ...["/v1/batches", "/v1/batches/BATCH", "/v1/batch/jobs", "/v1/batch/jobs/BATCH", "/v1/fine_tuning/jobs/JOB"],
    ]);
  });

  test("a job that a key starts or cancels does not name it either", async () => {
    for (const [action, status] of [
      ["start", "VALIDATED"],
      ["cancel", "RUNNING"],
    ] as const) {
      await owner`update fine_tuning_jobs set status = ${status}, ended_at = null where id = ${hidden.jobId}`;
      const answer = await gateway.post(`/v1/fine_tuning/jobs/${hidden.jobId}/${action}`, secrets.developer, {});
      const text = await answer.text();
      expect([action, hidden.words.filter((word) => text.includes(word))]).toEqual([action, []]);
    }
  });

  test("a shared model's card says that it is shared, and not by which workspace", async () => {
    const from = await world();
    const id = await ownModel(owner, from.workspace.id, { modelServer: "one", createdBy: from.caller.person.id });
    await shareModel(owner, { from: from.workspace.id, to: here.workspace.id, id, by: from.caller.person.id });
    for (const path of ["/v1/models", `/v1/models/${encodeURIComponent(id)}`]) {
      const read = async () =>
        (await fetch(gateway.url + path, { headers: { authorization: `Bearer ${secrets.developer}` } })).text();
      // The gateway hears of a new share a moment later.
      const text = await vi.waitFor(async () => {
        const text = await read();
        const body = JSON.parse(text);
        const card = (body.data ?? [body]).find((one: { id: string }) => one.id === id);
        expect(card).toMatchObject({ id, owned_by: "shared" });
        return text;
      });
      for (const word of [from.workspace.id, from.workspace.slug, from.workspace.name])
        expect(text).not.toContain(word);
    }
  });
});
