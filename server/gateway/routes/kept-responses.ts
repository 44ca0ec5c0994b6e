import { Hono } from "hono";
import { roomFor } from "../calls/body";
import { type Bearer, type GatewayEnv, needs } from "../door/authenticate";
import { invalid, Refusal } from "../errors/errors";
import { findKept, isReadable, type KeptResponse, removeKept } from "../kept-responses/kept";
import type { Members } from "../translate/members";

/** `/v1/responses/{id}` and what is under it: the responses that the workspace of a key has kept. */
export const keptResponses = new Hono<GatewayEnv>();

keptResponses.get("/v1/responses/:id", needs("responses"), async (c) => {
  if (c.req.query("stream") === "true") throw invalid("stream", "A kept response is not streamed again.", "query");
  return withKept(c.get("bearer"), c.req.param("id"), ({ response }) => c.json(response));
});

keptResponses.delete("/v1/responses/:id", needs("responses"), async (c) => {
  const id = c.req.param("id");
  const bearer = c.get("bearer");
  await withKept(bearer, id, () => {});
  if (!(await removeKept(bearer.workspaceId, id))) throw noResponse(id);
  return c.json({ id, object: "response", deleted: true });
});

keptResponses.get("/v1/responses/:id/input_items", needs("responses"), async (c) => {
  const { limit: given = "20", order = "desc", after } = c.req.query();
  const limit = Number(given);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw invalid("limit", "limit must be a whole number from 1 to 100.", "query");
  if (order !== "asc" && order !== "desc") throw invalid("order", "order must be asc or desc.", "query");
  return withKept(c.get("bearer"), c.req.param("id"), (kept) => c.json(page(kept, { limit, order, after })));
});

type Asking = { limit: number; order: "asc" | "desc"; after: string | undefined };

/** Returns a page of a response's input. @throws Refusal 422 when there is no item to begin after */
function page({ input, response }: KeptResponse, { limit, order, after }: Asking): object {
  const items = input.map((item, i) => listed(item, response.id, i));
  if (order === "desc") items.reverse();
  const start = after === undefined ? 0 : items.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && start === 0) throw invalid("after", "after must be the id of one of the items.", "query");
  const data = items.slice(start, start + limit);
  const hasMore = start + limit < items.length;
  const ids = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  return { object: "list", data, ...ids, has_more: hasMore };
}

keptResponses.post("/v1/responses/:id/cancel", needs("responses"), async (c) => {
  await withKept(c.get("bearer"), c.req.param("id"), () => {});
  throw new Refusal({
    status: 400,
    message: "Only a response in the background can be cancelled, and there are none.",
    type: "invalid_request_error",
    code: "not_cancellable",
  });
});

/**
 * Uses a response that a key may read: of its workspace, and of a model that it is for. It takes the room of a body until then.
 *
 * @throws Refusal 404; 429 and 503 when there is no room for it
 */
async function withKept<T>(bearer: Bearer, id: string, use: (kept: KeptResponse) => T): Promise<T> {
  const room = roomFor(bearer.keyId, 0);
  try {
    const kept = await findKept(bearer.workspaceId, id, (bytes) => room.add(bytes));
    if (!kept || !(await isReadable(kept, bearer))) throw noResponse(id);
    return use(kept);
  } finally {
    room.release();
  }
}

function noResponse(id: string): Refusal {
  return new Refusal({
    status: 404,
    message: `There is no response ${id.slice(0, 200)} in this workspace, or not any more.`,
    type: "invalid_request_error",
    code: "response_not_found",
    param: "id",
  });
}

/** An item as it is listed: with an id, and messages with their content in parts. */
function listed(item: Members, responseId: string, index: number): Members {
  const { type = "message", content } = item;
  const id = item.id ?? `in_${responseId.slice(-32)}${index}`;
  if (type !== "message" || typeof content !== "string") return { ...item, type, id };
  const kind = item.role === "assistant" ? "output_text" : "input_text";
  return { ...item, type, id, content: [{ type: kind, text: content }] };
}
