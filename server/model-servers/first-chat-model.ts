import { soon } from "@/server/platform/soon";
import { mayChat } from "./cards";
import { catalogue } from "./catalogue";

/** A page is not kept waiting for its example. */
const patienceMs = 500;

/** Finds a model that a workspace may chat with: the first that is known to chat, else the first that is not known not to; null when it has none, or does not answer soon. */
export async function firstChatModel(workspaceId: string): Promise<string | null> {
  const found = await soon(catalogue(workspaceId), patienceMs);
  const cards = found?.cards ?? [];
  const known = cards.find(({ capabilities }) => capabilities.completion_chat);
  return (known ?? cards.find(({ capabilities }) => mayChat(capabilities)))?.id ?? null;
}
