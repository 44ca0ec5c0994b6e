import { isHearing, onAnnouncement, type Topic } from "./announcements";

const mostWorkspaces = 20_000;

/**
 * Returns what answers for a workspace out of memory: `read` is asked once, its answer is remembered until a change is announced, and believed only
 * while announcements are certain to arrive. What changes while it is read is read again. Those who ask while it is being read share the answer. It rejects when the database has to be asked and cannot be.
 *
 * @param msLeft for how long an answer holds by itself, in milliseconds from when it was asked for
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
