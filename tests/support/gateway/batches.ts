import type OpenAI from "openai";
import { toFile } from "openai";
import type { LineDoor } from "@/server/batches/door";
import { owner } from "@/tests/support/database";

/** Returns a line of a batch of chats, in OpenAI's format. */
export const chatLine = (id: string, more: object = {}, body: object = {}) =>
  JSON.stringify({
    ...{ custom_id: id, method: "POST", url: "/v1/chat/completions" },
    body: { model: "small", max_tokens: 10, messages: [{ role: "user", content: id }], ...body },
    ...more,
  });

/** Returns the lines of a batch of so many chats. */
export const chatLines = (count: number) => Array.from({ length: count }, (_, i) => chatLine(`line-${i + 1}`));

/** Uploads lines and creates a batch of them. Returns its id. */
export async function newBatch(client: OpenAI, lines: string[], more: Partial<OpenAI.BatchCreateParams> = {}) {
  const file = await client.files.create({
    purpose: "batch",
    file: await toFile(Buffer.from(lines.join("\n")), "in.jsonl"),
  });
  const batch = await client.batches.create({
    ...{ input_file_id: file.id, endpoint: "/v1/chat/completions", completion_window: "24h" },
    ...more,
  });
  return batch.id;
}

/** Runs one round of the background job for all waiting batches. `door`: used in place of the gateway. */
export async function advance(door?: LineDoor): Promise<number> {
  const { advanceDue } = await import("@/server/batches/job");
  const { lineDoor } = await import("@/server/gateway/batch-lines/line-door");
  await owner`update batches set next_look_at = now() where ended_at is null`;
  return advanceDue(door ?? lineDoor);
}

/** Returns the lines of a file. */
export async function linesOfFile(client: OpenAI, id: string | null | undefined) {
  if (!id) return [];
  const text = await (await client.files.content(id)).text();
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
