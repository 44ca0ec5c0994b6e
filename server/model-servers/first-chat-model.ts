import { catalogue } from "./catalogue";

/** A page is not kept waiting for its example. */
const patienceMs = 500;

/** Returns a model one can chat with, the first that the model server names; null when it has none, or does not answer soon. */
export async function firstChatModel(): Promise<string | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, patienceMs, null);
  });
  const asked = catalogue().then(
    ({ cards }) => cards.find(({ capabilities }) => capabilities.completion_chat)?.id ?? null,
    () => null,
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
