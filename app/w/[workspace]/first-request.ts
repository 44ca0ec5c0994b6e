/**
 * A first request to this server in three languages, ready to run once the key is in its place: a chat with a model, or,
 * while no model is known, the list of those there are.
 */
export function firstRequest(baseUrl: string, model: string | null): { label: string; code: string }[] {
  const { curl, python, typescript } = model ? chat(baseUrl, JSON.stringify(model)) : list(baseUrl);
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

/** The model's name stands in JSON, in Python and in TypeScript alike as JSON writes it; in the shell, a quote is cut out. */
function chat(baseUrl: string, model: string): Samples {
  return {
    curl: `curl ${baseUrl}/chat/completions \\
  -H "Authorization: Bearer $ATELIER_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"model": ${model.replaceAll("'", "'\\''")}, "messages": [{"role": "user", "content": "Hello!"}]}'`,
    python: `answer = client.chat.completions.create(
    model=${model},
    messages=[{"role": "user", "content": "Hello!"}],
)
print(answer.choices[0].message.content)`,
    typescript: `const answer = await client.chat.completions.create({
  model: ${model},
  messages: [{ role: "user", content: "Hello!" }],
});
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
