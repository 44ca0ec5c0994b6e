import type { Members } from "../members";
import { contentPart, type Item } from "./items";
import type { Shape } from "./response";
import { customInput } from "./tool-names";

type Emit = (type: string, members: Members) => void;

/** Names of an item's events: of its beginning and end, where it has a part within, and of its text. */
type Names = { part?: string; text: string; textMember: string };

/** Emits the events between an item's beginning and its end, in the order that its kind has. */
export class ItemEvents {
  readonly #names: Names;
  readonly #at: Members;
  readonly #isCustom: boolean;

  constructor(
    private readonly item: Item,
    outputIndex: number,
    private readonly shape: Shape,
    private readonly emit: Emit,
  ) {
    const { part } = item;
    this.#isCustom = part.kind === "call" && shape.names.toolOf(part.name).kind === "custom";
    this.#names = this.#namesOf();
    const inItem = { item_id: item.id, output_index: outputIndex };
    const isSummary = part.kind === "reasoning" && shape.hasSummary;
    this.#at = part.kind === "call" ? inItem : { ...inItem, [isSummary ? "summary_index" : "content_index"]: 0 };
  }

  begin(): void {
    const { part } = this.#names;
    if (part) this.emit(`${part}.added`, { ...this.#at, part: this.#part("") });
  }

  append(delta: string): void {
    // The input of a custom tool is within the JSON that the model writes, which is only known as a whole.
    if (!this.#isCustom) this.emit(`${this.#names.text}.delta`, { ...this.#at, delta, ...this.#logprobs });
  }

  end(): void {
    const { part, text, textMember } = this.#names;
    const said = this.#said;
    if (this.#isCustom) this.emit(`${text}.delta`, { ...this.#at, delta: said });
    this.emit(`${text}.done`, { ...this.#at, ...this.#name, [textMember]: said, ...this.#logprobs });
    if (part) this.emit(`${part}.done`, { ...this.#at, part: this.#part(said) });
  }

  get #said(): string {
    const { part, text } = this.item;
    if (part.kind !== "call") return text;
    return this.#isCustom ? customInput(text) : text || "{}";
  }

  get #name(): Members {
    const { part } = this.item;
    return part.kind === "call" && !this.#isCustom ? { name: this.shape.names.toolOf(part.name).name } : {};
  }

  get #logprobs(): Members {
    return this.item.part.kind === "text" ? { logprobs: [] } : {};
  }

  #part(text: string): Members {
    const { kind } = this.item.part;
    if (kind === "text" || kind === "refusal") return contentPart(kind, text);
    return { type: this.shape.hasSummary ? "summary_text" : "reasoning_text", text };
  }

  #namesOf(): Names {
    const { kind } = this.item.part;
    if (this.#isCustom) return { text: "response.custom_tool_call_input", textMember: "input" };
    if (kind === "call") return { text: "response.function_call_arguments", textMember: "arguments" };
    if (kind === "text") return { part: "response.content_part", text: "response.output_text", textMember: "text" };
    if (kind === "refusal") return { part: "response.content_part", text: "response.refusal", textMember: "refusal" };
    if (!this.shape.hasSummary)
      return { part: "response.content_part", text: "response.reasoning_text", textMember: "text" };
    return {
      part: "response.reasoning_summary_part",
      text: "response.reasoning_summary_text",
      textMember: "text",
    };
  }
}
