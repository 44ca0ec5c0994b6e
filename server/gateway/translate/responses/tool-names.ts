import type { Members } from "../members";

/** A tool as a program declared it, for its calls to be given back in that form. */
export type DeclaredTool = { kind: "function" | "custom"; name: string; namespace?: string };

/** The longest name of a function that OpenAI's and Mistral's servers take. */
const longestName = 64;

/** The names that tools have in a chat, where they are functions without namespaces and without forms of their own. */
export class ToolNames {
  readonly #declared = new Map<string, DeclaredTool>();
  readonly #chatNames = new Map<string, string>();

  /** Returns the name for a tool in the chat, no other's. */
  declare(tool: DeclaredTool): string {
    const known = this.#chatNames.get(keyOf(tool));
    if (known !== undefined) return known;
    const name = this.#free(chatName(tool));
    this.#declared.set(name, tool);
    this.#chatNames.set(keyOf(tool), name);
    return name;
  }

  /** Returns the name of a tool that a conversation speaks of, whether or not it is still declared. */
  nameOf(tool: Pick<DeclaredTool, "name" | "namespace">): string {
    return this.#chatNames.get(keyOf(tool)) ?? chatName(tool);
  }

  /** Returns the tool that a model has called. */
  toolOf(chatName: string): DeclaredTool {
    return this.#declared.get(chatName) ?? { kind: "function", name: chatName };
  }

  #free(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.#declared.has(name); i++) name = `${wanted.slice(0, longestName - 4)}_${i}`;
    return name;
  }
}

const keyOf = ({ name, namespace = "" }: Pick<DeclaredTool, "name" | "namespace">) => `${namespace} ${name}`;

function chatName({ name, namespace }: Pick<DeclaredTool, "name" | "namespace">): string {
  if (namespace === undefined) return name;
  const whole = namespace.endsWith("__") ? namespace + name : `${namespace}__${name}`;
  return whole.length <= longestName ? whole : name.slice(0, longestName);
}

/** What a custom tool has in place of parameters. */
export const customParameters: Members = {
  type: "object",
  properties: { input: { type: "string", description: "The input of the tool, as it is." } },
  required: ["input"],
  additionalProperties: false,
};

/** Returns the input of a custom tool from the arguments that the model gave its function; what is no such JSON is the input itself. */
export function customInput(args: string): string {
  try {
    const { input } = JSON.parse(args) as { input?: unknown };
    return typeof input === "string" ? input : args;
  } catch {
    return args;
  }
}
