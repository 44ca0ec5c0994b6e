/** A first request to this server in three languages, ready to run once the key is in its place. */
export function firstRequest(baseUrl: string): { label: string; code: string }[] {
  return [
    {
      label: "curl",
      code: `export ATELIER_API_KEY="atl_…"

curl ${baseUrl}/models \\
  -H "Authorization: Bearer $ATELIER_API_KEY"`,
    },
    {
      label: "Python",
      code: `# pip install openai
import os
from openai import OpenAI

client = OpenAI(base_url="${baseUrl}", api_key=os.environ["ATELIER_API_KEY"])

for model in client.models.list():
    print(model.id)`,
    },
    {
      label: "TypeScript",
      code: `// npm install openai
import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${baseUrl}", apiKey: process.env.ATELIER_API_KEY });

for await (const model of client.models.list()) console.log(model.id);`,
    },
  ];
}
