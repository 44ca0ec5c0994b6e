import { log } from "@/server/platform/log";
import { workInTurns, workOn } from "@/server/platform/turns";
import type { Hold } from "../calls/body";
import type { Asked } from "../calls/request";
import type { ModelUser } from "../door/allowed-models";
import { invalid, Refusal } from "../errors/errors";
import { type Members, membersOf, textOf } from "../translate/members";
import { findKept, findWithItems, isReadable, type KeptResponse, keep, keptDays, longestKept } from "./kept";

/** Keeps the response to a request, for later ones to refer to. */
export type Keeper = {
  /** The response that the request refers to. */
  previousId: string | null;
  /** Keeps it before the program is told that it is there. Never throws: an answer is not lost because it could not be kept. */
  save(response: Members): Promise<void>;
};

/** The most items that a request may refer to. */
const mostReferences = 200;

/**
 * Puts what a request refers to into it, where its workspace has responses kept: the conversation that `previous_response_id` names, and the items that its
 * input names. What is kept is found by the workspace of the key alone, and by keys for its model only.
 *
 * @throws Refusal 422 for `previous_response_id` where none are kept; 400 `previous_response_not_found` and `item_not_found`
 */
export async function continueConversation(asked: Asked, user: ModelUser, answeredBy: () => string): Promise<Asked> {
  const { previousId, isStored } = asked.kept ?? { isStored: false };
  if (previousId === undefined && !isStored) return asked;
  const { workspaceId } = user;
  if ((await keptDays(workspaceId)) === null) {
    if (previousId === undefined) return asked;
    throw invalid("previous_response_id", notKept);
  }
  const earlier = previousId === undefined ? undefined : await findKept(workspaceId, previousId, asked.body.hold);
  if (previousId !== undefined && !(earlier && (await isReadable(earlier, user))))
    throw notFound("previous_response_id", "previous_response_not_found", `There is no response ${previousId}`);

  const { value, write, restore } = await asked.body.shortened();
  const said = itemsOf(value.input);
  const resolved = await withoutReferences(user, said, asked.body.hold);
  const input = [...(earlier ? [...earlier.input, ...outputOf(earlier)] : []), ...resolved.items];
  const media = [...(earlier?.media ?? []), ...asked.media];
  const isChanged = earlier !== undefined || resolved.hasReferences;
  const { previous_response_id: _, ...others } = value;
  const expanded = { ...others, input };
  const length = isChanged ? lengthOf(await workInTurns(write(expanded))) : asked.body.length;
  const body: Asked["body"] = isChanged
    ? {
        ...asked.body,
        length,
        sent: ({ model }) =>
          workOn(length, write({ ...expanded, ...(model !== undefined && { model }), store: false })),
        shortened: async () => ({ value: expanded, write, restore }),
      }
    : asked.body;
  const continued: Asked = { ...asked, body, media };
  if (!isStored || length > longestKept) return continued;
  const keeper: Keeper = {
    previousId: previousId ?? null,
    async save(response) {
      const id = textOf(response.id);
      if (!id) return;
      const told = { ...response, id, model: asked.model, store: true, previous_response_id: previousId ?? null };
      try {
        const items = (await workInTurns(restore(input))) as Members[];
        await keep(workspaceId, { response: told, input: items, media, modelId: answeredBy() });
      } catch (error) {
        log.error({ err: error }, "a response could not be kept");
      }
    },
  };
  return { ...continued, keeper };
}

const notKept =
  "previous_response_id is not supported: answers are not kept. Send the whole conversation as input, or have an Admin switch on that this workspace keeps responses.";

const outputOf = ({ response }: KeptResponse) => (Array.isArray(response.output) ? (response.output as Members[]) : []);
const lengthOf = (parts: Buffer[]) => parts.reduce((sum, { length }) => sum + length, 0);

/** What is no item stays what it is, for the model's server or the translation to refuse. */
function itemsOf(input: unknown): Members[] {
  if (typeof input === "string")
    return [{ role: "user", content: [{ type: "input_text", text: input }], type: "message" }];
  return Array.isArray(input) ? (input as Members[]) : [];
}

async function withoutReferences(
  user: ModelUser,
  items: Members[],
  hold: Hold,
): Promise<{ items: Members[]; hasReferences: boolean }> {
  const ids = [...new Set(items.flatMap((item) => referenceIn(item) ?? []))];
  if (ids.length === 0) return { items, hasReferences: false };
  if (ids.length > mostReferences) throw invalid("input", `input must have at most ${mostReferences} references.`);
  const found = new Map<unknown, Members>();
  const kept = await findWithItems(user.workspaceId, ids, hold);
  if (!kept)
    throw invalid("input", "The responses that input refers to are too long together. Send their items instead.");
  for (const each of kept)
    if (await isReadable(each, user)) for (const item of outputOf(each)) found.set(item.id, item);
  const resolved = items.map((item, i) => {
    const id = referenceIn(item);
    if (id === undefined) return item;
    const referred = found.get(id);
    if (!referred) throw notFound(`input.${i}`, "item_not_found", `There is no item ${id}`);
    return referred;
  });
  return { items: resolved, hasReferences: true };
}

function referenceIn(item: unknown): string | undefined {
  const { type, id, role } = membersOf(item) ?? {};
  const isReference = type === "item_reference" || (type === undefined && role === undefined);
  return isReference ? textOf(id) : undefined;
}

function notFound(param: string, code: string, what: string): Refusal {
  const message = `${what.slice(0, 200)} in this workspace, or not any more.`;
  return new Refusal({ status: 400, message, type: "invalid_request_error", code, param });
}
