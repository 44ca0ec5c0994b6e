import { useEffect, useRef, useState } from "react";
import type { ChatRequest } from "@/app/w/[workspace]/_shared/first-request";
import { ChatFailed, chat } from "./chat-stream";
import type { Usage } from "./usage";

/** Something that was said. `model`: which one of a route's said it; `problem`: why an answer is not there or not whole. */
export type Turn = {
  role: "user" | "assistant";
  content: string;
  model?: string;
  usage?: Usage;
  problem?: string;
};

/** What is asked with every question. */
export type Settings = Omit<ChatRequest, "model" | "messages"> & { instructions: string };

/** Returns what would be sent: the instructions, what was said, and the question. */
export function requestOf(model: string, { instructions, ...settings }: Settings, turns: Turn[]): ChatRequest {
  const said = turns.filter(({ content, problem }) => content !== "" && problem === undefined);
  return {
    model,
    messages: [
      ...(instructions.trim() ? [{ role: "system", content: instructions.trim() }] : []),
      ...said.map(({ role, content }) => ({ role, content })),
    ],
    ...settings,
  };
}

/** Returns a conversation with one model, as it goes. */
export function useConversation(workspace: string) {
  const [turns, setTurns] = useState<Turn[]>([]);
  const [isBusy, setIsBusy] = useState(false);
  /** Pieces of the answer under way, each about a token, until the server has said how many they were. */
  const [pieces, setPieces] = useState(0);
  const controller = useRef<AbortController>(null);

  useEffect(() => () => controller.current?.abort(), []);

  async function answer(model: string, settings: Settings, asked: Turn[]) {
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
        if ("usage" in heard) show({ usage: heard.usage });
        else if ("model" in heard) show({ model: heard.model });
        else {
          show({ content: reply.content + heard.text });
          setPieces((count) => count + 1);
        }
      }
    } catch (error) {
      if (own.signal.aborted) show({ problem: "Stopped. What was written until then is charged." });
      else show({ problem: error instanceof ChatFailed ? error.message : "The answer broke off. Try again." });
    } finally {
      if (controller.current === own) {
        controller.current = null;
        setIsBusy(false);
      }
    }
  }

  return {
    turns,
    isBusy,
    pieces,
    ask: (model: string, settings: Settings, question: string) =>
      answer(model, settings, [...turns, { role: "user", content: question }]),
    /** Asks the last question again. */
    retry: (model: string, settings: Settings) =>
      answer(model, settings, turns.slice(0, turns.findLastIndex(({ role }) => role === "user") + 1)),
    stop: () => controller.current?.abort(),
    clear() {
      controller.current?.abort();
      setTurns([]);
    },
  };
}
