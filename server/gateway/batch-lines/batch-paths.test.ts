import { expect, test } from "vitest";
import { batchPaths } from "@/server/batches/input";
import { endpoints } from "../endpoints/table";

test.each(batchPaths)("%s is an endpoint that takes JSON and answers JSON in OpenAI's shape", (path) => {
  expect(endpoints.find((endpoint) => endpoint.path === path)).toMatchObject({
    family: "openai",
    reads: { kind: "json" },
    answers: expect.not.objectContaining({ mayBeBytes: true }),
  });
});
