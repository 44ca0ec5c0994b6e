import { useEffect, useRef, useState } from "react";
import { type CallPiece, ChatFailed, chat, type Heard } from "./chat-stream";
import { type Call, requestOf, type Settings, type Turn } from "./request";

/** Returns the state of a conversation with one model, and the functions that continue it. */
export function useConversation(workspace: string) {
  const [turns, setTurns] = useState<Turn[]>([]);
  const [isBusy, setIsBusy] = useState(false);
  /** The pieces of the current answer, each about a token, until the server reports the exact number. */
  const [pieces, setPieces] = useState(0);
  const controller = useRef<AbortController>(null);

  useEffect(() => () => controller.current?.abort(), []);

  /** Resolves to the refusal if no part of an answer arrived; undefined: it was not refused. */
  async function answer(model: string, settings: Settings, asked: Turn[]): Promise<string | undefined> {
    const own = new AbortController();
    controller.current = own;
    setIsBusy(true);
    setPieces(0);
    let reply: Turn = { role: "assistant", content: "" };
    const show = (change: Partial<Turn>) => {
      reply = { ...reply, ...change };
      setTurns([...asked, reply]);
    };
    show({});
    try {
      for await (const heard of chat(workspace, requestOf(model, settings, asked), own.signal)) {
        show(changeBy(reply, heard));
        if (!("usage" in heard) && !("model" in heard)) setPieces((count) => count + 1);
      }
    } catch (error) {
      if (own.signal.aborted) show({ problem: "Stopped. The answer up to this point is charged." });
      else
        show({
          problem:
            error instanceof ChatFailed ? error.message : "The connection was lost during the answer. Try again.",
        });
      if (error instanceof ChatFailed && error.isRefusal) return error.message;
    } finally {
      if (controller.current === own) {
        controller.current = null;
        setIsBusy(false);
      }
    }
    return undefined;
  }

  return {
    turns,
    isBusy,
    pieces,
    ask: (model: string, settings: Settings, question: Pick<Turn, "content" | "images">) =>
      answer(model, settings, [...turns, { role: "user", ...question }]),
    /** Sends the last question again. */
    retry: (model: string, settings: Settings) => {
      const last = turns.at(-1);
      return answer(model, settings, last?.role === "assistant" ? turns.slice(0, -1) : turns);
    },
    /** Continues with the results of the tools that the last answer calls. */
    giveResults: (model: string, settings: Settings, results: string[]) => {
      const last = turns.at(-1);
      if (!last?.calls) return Promise.resolve(undefined);
      const calls = last.calls.map((call, i) => ({ ...call, result: results[i] ?? "" }));
      return answer(model, settings, [...turns.slice(0, -1), { ...last, calls }]);
    },
    /** Removes the last question and its answer. */
    takeBack: () =>
      setTurns((all) =>
        all.slice(
          0,
          all.findLastIndex(({ role }) => role === "user"),
        ),
      ),
    stop: () => controller.current?.abort(),
    clear() {
      controller.current?.abort();
      setTurns([]);
    },
  };
}

/** Returns the changes of an answer by one event. */
function changeBy(reply: Turn, heard: Heard): Partial<Turn> {
  if ("text" in heard) return { content: reply.content + heard.text };
  if ("reasoning" in heard) return { reasoning: (reply.reasoning ?? "") + heard.reasoning };
  if ("call" in heard) return { calls: withCall(reply.calls ?? [], heard.call) };
  return heard;
}

function withCall(calls: Call[], { index, id, name, text }: CallPiece): Call[] {
  const at = Math.min(Math.max(0, index), calls.length);
  const before = calls[at] ?? { id: id ?? `call_${at}`, name: "", text: "" };
  const call = { ...before, name: before.name || (name ?? ""), text: before.text + text };
  return calls.toSpliced(at, 1, call);
}
