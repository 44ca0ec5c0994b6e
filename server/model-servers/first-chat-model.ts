import { soon } from "@/server/platform/soon";
import { mayChat } from "./cards";
import { catalogue } from "./catalogue";

/** How long a page waits for its example, in milliseconds. */
const patienceMs = 500;

/**
 * Returns the id of a model for chat that a workspace may use: the first that is known to chat, else the first that is
 * not known to be unable to. Null: there is none, or no server has answered in time.
 */
export async function firstChatModel(workspaceId: string): Promise<string | null> {
  const found = await soon(catalogue(workspaceId), patienceMs);
  const cards = found?.cards ?? [];
  const known = cards.find(({ capabilities }) => capabilities.completion_chat);
  return (known ?? cards.find(({ capabilities }) => mayChat(capabilities)))?.id ?? null;
}
