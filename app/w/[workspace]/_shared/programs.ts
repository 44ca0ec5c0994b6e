/** The settings of a program that uses this server: the address (`where`) and the key. Both together are copied. */
export type Program = { name: string; where: string[]; key: string[] };

const python = 'api_key=os.environ["ATELIER_API_KEY"])';
const typescript = "apiKey: process.env.ATELIER_API_KEY })";

/**
 * Returns the programs in the order of the table in the README, which has the same settings.
 *
 * @param address the address of this server, without `/v1` and without a slash at the end
 */
export function programs(address: string): Program[] {
  const v1 = `${address}/v1`;
  return [
    { name: "OpenAI's client, Python", where: [`client = OpenAI(base_url="${v1}",`], key: [python] },
    {
      name: "OpenAI's client, TypeScript",
      where: [`const client = new OpenAI({ baseURL: "${v1}",`],
      key: [typescript],
    },
    { name: "Mistral's client, Python", where: [`client = Mistral(server_url="${address}",`], key: [python] },
    {
      name: "Mistral's client, TypeScript",
      where: [`const client = new Mistral({ serverURL: "${address}",`],
      key: [typescript],
    },
    { name: "Anthropic's client, Python", where: [`client = Anthropic(base_url="${address}",`], key: [python] },
    {
      name: "Anthropic's client, TypeScript",
      where: [`const client = new Anthropic({ baseURL: "${address}",`],
      key: [typescript],
    },
    { name: "AI SDK", where: [`const openai = createOpenAI({ baseURL: "${v1}",`], key: [typescript] },
    { name: "LangChain, Python", where: [`model = ChatOpenAI(model="MODEL", base_url="${v1}",`], key: [python] },
    {
      name: "LlamaIndex",
      where: [`llm = OpenAILike(model="MODEL", is_chat_model=True, api_base="${v1}",`],
      key: [python],
    },
    {
      name: "Claude Code",
      where: [`export ANTHROPIC_BASE_URL=${address}`],
      key: ["export ANTHROPIC_AUTH_TOKEN=atl_…"],
    },
    {
      name: "Codex, config.toml",
      where: [
        'model_provider = "atelier"',
        "[model_providers.atelier]",
        `base_url = "${v1}"`,
        'wire_api = "responses"',
      ],
      key: ['env_key = "ATELIER_API_KEY"'],
    },
    { name: "Cline, OpenAI Compatible", where: [`Base URL: ${v1}`], key: ["API Key: atl_…"] },
    { name: "Continue, config.yaml", where: ["provider: openai", `apiBase: ${v1}`], key: ["apiKey: atl_…"] },
    { name: "Open WebUI", where: [`OPENAI_API_BASE_URL=${v1}`], key: ["OPENAI_API_KEY=atl_…"] },
    { name: "LibreChat, librechat.yaml", where: [`baseURL: "${v1}"`], key: [`apiKey: "\${ATELIER_API_KEY}"`] },
    { name: "curl", where: [`curl ${v1}/models \\`], key: ['  -H "Authorization: Bearer $ATELIER_API_KEY"'] },
  ];
}
