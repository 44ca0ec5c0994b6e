import { type Language, literal } from "./literal";

/** One message of a chat. `content` is text or, with pictures, parts. */
export type ChatMessage = { role: string; content: unknown; tool_calls?: unknown[]; tool_call_id?: string };

/** A chat as a program asks for it: the body of a request. */
export type ChatRequest = {
  model: string;
  messages: ChatMessage[];
  temperature?: number;
  top_p?: number;
  max_tokens?: number;
  response_format?: { type: "json_object" };
  tools?: unknown[];
};

/**
 * Returns a first request to this server in three languages, ready to run once the key is in its place: a chat with a model, or,
 * while no model is known, the list of those there are.
 */
export function firstRequest(baseUrl: string, model: string | null): { label: string; code: string }[] {
  return model === null
    ? samples(baseUrl, list(baseUrl))
    : chatRequest(baseUrl, { model, messages: [{ role: "user", content: "Hello!" }] });
}

/** Returns a chat in three languages. */
export function chatRequest(baseUrl: string, request: ChatRequest): { label: string; code: string }[] {
  return samples(baseUrl, chat(baseUrl, request));
}

function samples(baseUrl: string, { curl, python, typescript }: Samples) {
  return [
    { label: "curl", code: `export ATELIER_API_KEY="atl_…"\n\n${curl}` },
    {
      label: "Python",
      code: `# pip install openai
import os
from openai import OpenAI

client = OpenAI(base_url="${baseUrl}", api_key=os.environ["ATELIER_API_KEY"])

${python}`,
    },
    {
      label: "TypeScript",
      code: `// npm install openai
import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${baseUrl}", apiKey: process.env.ATELIER_API_KEY });

${typescript}`,
    },
  ];
}

type Samples = { curl: string; python: string; typescript: string };

/** Writes a chat's body in each language; in the shell, a quote is escaped. */
function chat(baseUrl: string, { model, messages, ...more }: ChatRequest): Samples {
  const given = Object.entries(more).filter(([, value]) => value !== undefined);
  const inJson = [
    `"model": ${literal(model, "json")}`,
    `"messages": [${messages.map((message) => literal(message, "json")).join(", ")}]`,
    ...given.map(([name, value]) => `"${name}": ${literal(value, "json")}`),
  ];
  const lines = (all: string[], indent: string) => all.map((line) => `${indent}${line},\n`).join("");
  const listed = (language: Language, indent: string) => {
    const all = messages.map((message) => literal(message, language));
    return all.length === 1 ? `[${all[0]}]` : `[\n${lines(all, `${indent}    `)}${indent}]`;
  };
  const python = given.map(([name, value]) => `${name}=${literal(value, "python")}`);
  const typescript = given.map(([name, value]) => `${name}: ${literal(value, "typescript")}`);
  return {
    curl: `curl ${baseUrl}/chat/completions \\
  -H "Authorization: Bearer $ATELIER_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{${inJson.join(", ").replaceAll("'", "'\\''")}}'`,
    python: `answer = client.chat.completions.create(
${lines([`model=${literal(model, "python")}`, `messages=${listed("python", "    ")}`, ...python], "    ")})
print(answer.choices[0].message.content)`,
    typescript: `const answer = await client.chat.completions.create({
${lines([`model: ${literal(model, "typescript")}`, `messages: ${listed("typescript", "  ")}`, ...typescript], "  ")}});
console.log(answer.choices[0]?.message.content);`,
  };
}

function list(baseUrl: string): Samples {
  return {
    curl: `curl ${baseUrl}/models \\
  -H "Authorization: Bearer $ATELIER_API_KEY"`,
    python: `for model in client.models.list():
    print(model.id)`,
    typescript: "for await (const model of client.models.list()) console.log(model.id);",
  };
}
