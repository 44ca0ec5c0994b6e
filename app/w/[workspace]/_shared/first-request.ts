import { type Language, literal } from "./literal";

/** One message of a chat. `content` is text, or an array of parts if it has pictures. */
export type ChatMessage = { role: string; content: unknown; tool_calls?: unknown[]; tool_call_id?: string };

/** The body of a chat request. */
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
 * Returns a first request to this server in four languages: a chat with a model or, while no model is known, the list
 * of models.
 *
 * @param secret a key to insert, so that the code runs as it is; without it the code reads the key from the environment
 */
export function firstRequest(
  baseUrl: string,
  model: string | null,
  secret?: string,
): { label: string; code: string }[] {
  const code =
    model === null ? list(baseUrl) : chat(baseUrl, { model, messages: [{ role: "user", content: "Hello!" }] });
  return samples(baseUrl, code, secret);
}

/** Returns the code of a chat request in four languages. */
export function chatRequest(baseUrl: string, request: ChatRequest): { label: string; code: string }[] {
  return samples(baseUrl, chat(baseUrl, request));
}

function samples(baseUrl: string, { curl, python, typescript, go }: Samples, secret?: string) {
  // A key has only letters, digits and underscores, so it needs no escaping in any language.
  const keyIn = (fromEnvironment: string) => (secret === undefined ? fromEnvironment : `"${secret}"`);
  return [
    { label: "curl", code: `export ATELIER_API_KEY="${secret ?? "atl_…"}"\n\n${curl}` },
    {
      label: "Python",
      code: `# pip install openai
${secret === undefined ? "import os\n" : ""}from openai import OpenAI

client = OpenAI(base_url="${baseUrl}", api_key=${keyIn('os.environ["ATELIER_API_KEY"]')})

${python}`,
    },
    {
      label: "TypeScript",
      code: `// npm install openai
import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${baseUrl}", apiKey: ${keyIn("process.env.ATELIER_API_KEY")} });

${typescript}`,
    },
    { label: "Go", code: inGo(baseUrl, go, keyIn('os.Getenv("ATELIER_API_KEY")')) },
  ];
}

/** Returns a request as a Go program that uses only the standard library. */
function inGo(baseUrl: string, { method, path, body }: Samples["go"], key: string): string {
  const imports = ["fmt", "io", "net/http", ...(key.startsWith("os.") ? ["os"] : []), ...(body ? ["strings"] : [])];
  const sent = body ? `strings.NewReader(${JSON.stringify(body)})` : "nil";
  return `package main

import (
${imports.map((name) => `\t"${name}"`).join("\n")}
)

func main() {
\trequest, err := http.NewRequest("${method}", "${baseUrl}${path}", ${sent})
\tif err != nil {
\t\tpanic(err)
\t}
\trequest.Header.Set("Authorization", "Bearer "+${key})
\trequest.Header.Set("Content-Type", "application/json")
\tresponse, err := http.DefaultClient.Do(request)
\tif err != nil {
\t\tpanic(err)
\t}
\tdefer response.Body.Close()
\tanswer, err := io.ReadAll(response.Body)
\tif err != nil {
\t\tpanic(err)
\t}
\tfmt.Println(response.Status, string(answer))
}`;
}

type Samples = {
  curl: string;
  python: string;
  typescript: string;
  go: { method: "GET" | "POST"; path: string; body: string | null };
};

/** Returns a chat request in each language. In the shell, quotes are escaped. */
function chat(baseUrl: string, { model, messages, ...more }: ChatRequest): Samples {
  const given = Object.entries(more).filter(([, value]) => value !== undefined);
  const inJson = [
    `"model": ${literal(model, "json")}`,
    `"messages": [${messages.map((message) => literal(message, "json")).join(", ")}]`,
    ...given.map(([name, value]) => `"${name}": ${literal(value, "json")}`),
  ];
  const body = `{${inJson.join(", ")}}`;
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
  -d '${body.replaceAll("'", "'\\''")}'`,
    go: { method: "POST", path: "/chat/completions", body },
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
    go: { method: "GET", path: "/models", body: null },
    python: `for model in client.models.list():
    print(model.id)`,
    typescript: "for await (const model of client.models.list()) console.log(model.id);",
  };
}
