import { isMissing, type Members, membersOf, present, textOf } from "../members";
import { malformed, untranslatable } from "../refusals";
import { customParameters, type DeclaredTool, ToolNames } from "./tool-names";

type FunctionTool = { type: "function"; function: { name: string } & Members };

/** Hosted tools that Codex offers with every request, whether or not the model is to use them. */
const codexExtras = new Set(["web_search", "image_generation", "tool_search"]);

export type OfferedTools = { functions: FunctionTool[]; names: ToolNames };

/**
 * Reads the tools that the model is offered: functions, custom tools as functions with an input, and those in namespaces. Refuses tools that only
 * OpenAI's servers run; of Codex's requests they are left out.
 */
export function readTools(body: Members, leftOut: string[]): OfferedTools {
  const { tools } = body;
  if (!isMissing(tools) && !Array.isArray(tools)) throw malformed("tools", "a list of tools");
  const reader = new ToolReader(isCodex(body), leftOut);
  for (const [i, each] of ((tools as unknown[] | null | undefined) ?? []).entries()) reader.read(each, `tools.${i}`);
  for (const [path, each] of additionalTools(body.input)) reader.read(each, path);
  return reader;
}

function isCodex({ client_metadata: metadata }: Members): boolean {
  return Object.keys(membersOf(metadata) ?? {}).some((name) => name.startsWith("x-codex-"));
}

/** Tools that a conversation has added on its way. */
function* additionalTools(input: unknown): Generator<[string, unknown]> {
  if (!Array.isArray(input)) return;
  for (const [i, item] of input.entries()) {
    const { type, tools } = membersOf(item) ?? {};
    if (type !== "additional_tools" || !Array.isArray(tools)) continue;
    for (const [at, each] of tools.entries()) yield [`input.${i}.tools.${at}`, each];
  }
}

class ToolReader implements OfferedTools {
  readonly functions: FunctionTool[] = [];
  readonly names = new ToolNames();

  constructor(
    private readonly isCodex: boolean,
    private readonly leftOut: string[],
  ) {}

  read(each: unknown, param: string, namespace?: string): void {
    const tool = membersOf(each) ?? {};
    const type = textOf(tool.type);
    if (type === "function" || type === "custom") return void this.#add(type, tool, param, namespace);
    if (type === "namespace" && namespace === undefined && Array.isArray(tool.tools)) {
      const name = requiredName(tool, param);
      for (const [i, inner] of tool.tools.entries()) this.read(inner, `${param}.tools.${i}`, name);
      return;
    }
    if (!this.isCodex || !codexExtras.has(type ?? "")) throw untranslatable(param, type);
    this.leftOut.push(`${param} (${type})`);
  }

  #add(kind: "function" | "custom", tool: Members, param: string, namespace?: string): void {
    const declared: DeclaredTool = { kind, name: requiredName(tool, param), ...(namespace && { namespace }) };
    const name = this.names.declare(declared);
    const { description, parameters, strict } = tool;
    const told =
      kind === "function"
        ? { description, parameters, strict: strict === true ? true : undefined }
        : { description: customDescription(tool), parameters: customParameters };
    this.functions.push({ type: "function", function: { name, ...present(told) } });
  }
}

function requiredName(tool: Members, param: string): string {
  const name = textOf(tool.name);
  if (!name) throw malformed(`${param}.name`, "a name");
  return name;
}

/** A chat cannot bind the input to a grammar: the model is told it. */
function customDescription({ description, format }: Members): string | undefined {
  const { type, syntax, definition } = membersOf(format) ?? {};
  const grammar =
    type === "grammar" ? `The input must match this ${String(syntax)} grammar:\n${String(definition)}` : undefined;
  return [textOf(description), grammar].filter(Boolean).join("\n\n") || undefined;
}

/** Returns the members that say which tools the model is offered, and which of them it may, or has to, use. */
export function toolMembers(
  { tool_choice: choice, parallel_tool_calls: parallel }: Members,
  tools: OfferedTools,
): Members {
  const { functions } = tools;
  if (functions.length === 0) {
    if (choice === "required" || membersOf(choice))
      throw malformed("tool_choice", "auto or none where there are no tools");
    return {};
  }
  const single = parallel === false ? { parallel_tool_calls: false } : {};
  const { type, mode, tools: allowed } = membersOf(choice) ?? {};
  if (type === "allowed_tools" && Array.isArray(allowed)) {
    const names = new Set(allowed.map((each, i) => chosenName(membersOf(each) ?? {}, tools, `tool_choice.tools.${i}`)));
    const offered = functions.filter((each) => names.has(each.function.name));
    return { tools: offered, tool_choice: mode === "required" ? "required" : "auto", ...single };
  }
  const all = { tools: functions, ...single };
  if (isMissing(choice)) return all;
  if (choice === "auto" || choice === "none" || choice === "required") return { ...all, tool_choice: choice };
  const name = chosenName(membersOf(choice) ?? {}, tools, "tool_choice");
  return { ...all, tool_choice: { type: "function", function: { name } } };
}

function chosenName(choice: Members, { functions, names }: OfferedTools, param: string): string {
  const type = textOf(choice.type);
  if (type !== "function" && type !== "custom") throw untranslatable(param, type);
  const namespace = textOf(choice.namespace);
  const name = names.nameOf({ name: String(choice.name), ...(namespace && { namespace }) });
  if (!functions.some((each) => each.function.name === name))
    throw malformed(`${param}.name`, "the name of one of the tools");
  return name;
}
