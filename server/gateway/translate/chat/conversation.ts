import { type Reasoning, withReasoning } from "./reasoning";

/** A part of a message of a user. */
export type UserPart =
  | { type: "text"; text: string }
  | { type: "image_url"; image_url: { url: string; detail?: string } }
  | { type: "input_audio"; input_audio: { data: string; format: string } };

type ToolCall = { id: string; type: "function"; function: { name: string; arguments: string } };

export type ChatMessage = {
  role: "system" | "user" | "assistant" | "tool";
  content: unknown;
  tool_calls?: ToolCall[];
  tool_call_id?: string;
};

type Turn =
  | { role: "system"; texts: string[] }
  | { role: "user"; parts: UserPart[] }
  | { role: "assistant"; texts: string[]; reasoning?: Reasoning; calls: ToolCall[] }
  | { role: "tool"; id: string; text: string };

/**
 * Builds the messages of a chat that every chat template takes: one system message, the first; messages of the same role in one; images only in
 * messages of users. A system message further on becomes part of a user's, marked as what it is.
 */
export class Conversation {
  readonly #turns: Turn[] = [];
  /** Images from tools' results, for the next message of the user. */
  #images: UserPart[] = [];

  addSystem(text: string): void {
    const [first, second] = this.#turns;
    if (!first) this.#turns.push({ role: "system", texts: [text] });
    else if (first.role === "system" && !second) first.texts.push(text);
    else this.addUser([{ type: "text", text: `<system>\n${text}\n</system>` }]);
  }

  addUser(parts: UserPart[]): void {
    const all = [...this.#takeImages(), ...parts];
    const last = this.#turns.at(-1);
    if (last?.role === "user") last.parts.push(...all);
    else this.#turns.push({ role: "user", parts: all });
  }

  addAssistantText(text: string): void {
    if (text !== "") this.#assistant().texts.push(text);
  }

  addReasoning(reasoning: Reasoning): void {
    const turn = this.#assistant();
    turn.reasoning = { ...reasoning, text: (turn.reasoning?.text ?? "") + reasoning.text };
  }

  addCall(id: string, name: string, args: string): void {
    this.#assistant().calls.push({ id, type: "function", function: { name, arguments: args === "" ? "{}" : args } });
  }

  addToolResult(id: string, parts: UserPart[]): void {
    const texts = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
    const others = parts.filter(({ type }) => type !== "text");
    if (others.length > 0) {
      texts.push("The images of this result are in the next message of the user.");
      this.#images.push({ type: "text", text: `Images of the result of the tool call ${id}:` }, ...others);
    }
    this.#turns.push({ role: "tool", id, text: texts.join("\n") });
  }

  /** Whether the assistant has spoken last, so that the model would have to go on with that message. */
  get endsWithAssistant(): boolean {
    return this.#turns.at(-1)?.role === "assistant";
  }

  /** Returns the messages. */
  *end(): Generator<undefined, ChatMessage[]> {
    if (this.#images.length > 0) this.addUser([]);
    const messages: ChatMessage[] = [];
    for (const turn of this.#turns) {
      messages.push(messageOf(turn));
      yield;
    }
    return messages;
  }

  #assistant(): Extract<Turn, { role: "assistant" }> {
    if (this.#images.length > 0) this.addUser([]);
    const last = this.#turns.at(-1);
    if (last?.role === "assistant") return last;
    const turn: Turn = { role: "assistant", texts: [], calls: [] };
    this.#turns.push(turn);
    return turn;
  }

  #takeImages(): UserPart[] {
    const images = this.#images;
    this.#images = [];
    return images;
  }
}

function messageOf(turn: Turn): ChatMessage {
  if (turn.role === "system") return { role: "system", content: turn.texts.join("\n\n") };
  if (turn.role === "tool") return { role: "tool", tool_call_id: turn.id, content: turn.text };
  if (turn.role === "user") return { role: "user", content: userContent(turn.parts) };
  const { texts, reasoning, calls } = turn;
  const message: ChatMessage = { role: "assistant", content: texts.join("\n") };
  if (calls.length > 0) message.tool_calls = calls;
  return reasoning ? withReasoning(message, reasoning) : message;
}

/** Text alone is sent as one string: not every template takes a list of parts. */
function userContent(parts: UserPart[]): string | UserPart[] {
  const texts = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
  return texts.length === parts.length ? texts.join("\n") : parts;
}
