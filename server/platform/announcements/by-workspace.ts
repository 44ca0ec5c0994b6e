import { isHearing, onAnnouncement, type Topic } from "./announcements";

const mostWorkspaces = 20_000;

/**
 * Returns a function that caches one answer per workspace. `read` is called once; its answer is kept until a change is
 * announced, and used only while announcements certainly arrive. If a change is announced during a read, the answer is
 * read again. Concurrent callers share one read. The function rejects when `read` is needed and fails.
 *
 * @param msLeft for how long an answer is valid, in milliseconds from the start of its read
 */
export function rememberByWorkspace<Answer>(
  topic: Topic,
  read: (workspaceId: string) => Promise<Answer>,
  msLeft: (answer: Answer) => number = () => Number.POSITIVE_INFINITY,
): (workspaceId: string) => Promise<Answer> {
  const remembered = new Map<string, { answer: Answer; until: number }>();
  const asking = new Map<string, Promise<Answer>>();
  onAnnouncement(
    {
      [topic](workspaceId: string) {
        remembered.delete(workspaceId);
        asking.delete(workspaceId);
      },
    },
    () => {
      remembered.clear();
      asking.clear();
    },
  );
  return async function answerFor(workspaceId) {
    const isHeard = isHearing();
    const known = isHeard ? remembered.get(workspaceId) : undefined;
    if (known && performance.now() < known.until) return known.answer;
    const asked = asking.get(workspaceId);
    if (asked) return asked;
    const since = performance.now();
    const asks: Promise<Answer> = read(workspaceId).then(
      (answer) => {
        if (asking.get(workspaceId) !== asks) return answerFor(workspaceId);
        asking.delete(workspaceId);
        if (!isHeard) return answer;
        if (remembered.size >= mostWorkspaces) remembered.clear();
        remembered.set(workspaceId, { answer, until: since + msLeft(answer) });
        return answer;
      },
      (error) => {
        if (asking.get(workspaceId) === asks) asking.delete(workspaceId);
        throw error;
      },
    );
    asking.set(workspaceId, asks);
    return asks;
  };
}
