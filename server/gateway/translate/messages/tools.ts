import { type Members, membersOf, present, textOf } from "../members";
import { malformed, untranslatable } from "../refusals";

type FunctionTool = { type: "function"; function: { name: string } & Members };

/**
 * Reads the tools that the model is offered: of those whose loading is deferred, the ones that a result of a tool search refers to, and those that
 * messages have added. Refuses tools that only Anthropic's servers can run, or that only its models know.
 */
export function readTools({ tools, messages }: Members): FunctionTool[] {
  if (tools !== undefined && tools !== null && !Array.isArray(tools)) throw malformed("tools", "a list of tools");
  const changes = new ToolChanges(messages);
  const offered = new Map<string, FunctionTool>();
  for (const [i, each] of [...((tools as unknown[] | null | undefined) ?? []), ...changes.defined].entries()) {
    const tool = membersOf(each) ?? {};
    const param = `tools.${i}`;
    if (!isMissingType(tool.type)) throw untranslatable(param, textOf(tool.type));
    const name = textOf(tool.name);
    if (!name) throw malformed(`${param}.name`, "a name");
    if (changes.isOffered(name, tool)) offered.set(name, functionOf(name, tool));
  }
  return [...offered.values()];
}

const isMissingType = (type: unknown) => type === undefined || type === null || type === "custom";

function functionOf(name: string, tool: Members): FunctionTool {
  const { description, input_schema: parameters, strict } = tool;
  return { type: "function", function: { name, ...present({ description, parameters, strict }) } };
}

/** Finds in a conversation which tools were loaded, added and removed on its way. */
class ToolChanges {
  readonly defined: unknown[] = [];
  readonly #added = new Map<string, boolean>();

  constructor(messages: unknown) {
    if (!Array.isArray(messages)) return;
    for (const message of messages) this.#look(membersOf(message)?.content);
  }

  isOffered(name: string, tool: Members): boolean {
    return this.#added.get(name) ?? tool.defer_loading !== true;
  }

  #look(content: unknown): void {
    if (!Array.isArray(content)) return;
    for (const each of content) {
      const block = membersOf(each) ?? {};
      if (block.type === "tool_result") this.#look(block.content);
      else if (block.type === "tool_reference") this.#set(block.tool_name, true);
      else if (block.type === "tool_removal") this.#set(membersOf(block.tool)?.name, false);
      else if (block.type === "tool_addition") this.#add(membersOf(block.tool) ?? {});
    }
  }

  #add(tool: Members): void {
    const definition = membersOf(tool.definition);
    if (definition) this.defined.push(definition);
    this.#set(definition?.name ?? tool.name, true);
  }

  #set(name: unknown, isOffered: boolean): void {
    if (typeof name === "string") this.#added.set(name, isOffered);
  }
}

/** Returns the members that say which tools the model may, or has to, use. */
export function toolChoice(choice: unknown, tools: FunctionTool[]): Members {
  if (choice === undefined || choice === null) return {};
  const { type, name, disable_parallel_tool_use: isSingle } = membersOf(choice) ?? {};
  const parallel = isSingle === true ? { parallel_tool_calls: false } : {};
  if (type === "none") return tools.length > 0 ? { tool_choice: "none" } : {};
  if (tools.length === 0) {
    if (type === "auto") return {};
    throw malformed("tool_choice", "auto or none where there are no tools");
  }
  if (type === "auto") return { tool_choice: "auto", ...parallel };
  if (type === "any") return { tool_choice: "required", ...parallel };
  if (type !== "tool") throw malformed("tool_choice.type", "auto, any, tool or none");
  if (!tools.some((tool) => tool.function.name === name))
    throw malformed("tool_choice.name", "the name of one of the tools");
  return { tool_choice: { type: "function", function: { name } }, ...parallel };
}
