/** An error as a model server answers with it, and what a client of the gateway is told; what is not named is as the server has it. */
export type ServerError = {
  title: string;
  status: number;
  headers?: Record<string, string>;
  body: unknown;
  told: {
    status?: number;
    message: string;
    type: string;
    code: string;
    param?: string;
    detail?: object[];
    retryAfter?: string;
    shouldRetry?: "false";
  };
};

const tooLong =
  "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (8000 in the messages, 1000 in the completion). Please reduce the length of the messages or completion.";
const notAccepted = {
  status: 502,
  message: "The model server does not accept the key that this Atelier uses for it. Its operator has to correct that.",
  type: "server_error",
  code: "model_server_refused",
} as const;

/** The errors of the model servers and the gateways in front of them that are in use, as their documentation and sources have them. */
export const serverErrors: ServerError[] = [
  {
    title: "vLLM: too long",
    status: 400,
    body: { error: { message: tooLong, type: "BadRequestError", param: null, code: 400 } },
    told: { message: tooLong, type: "BadRequestError", code: "context_length_exceeded", shouldRetry: "false" },
  },
  {
    title: "vLLM before 0.10 and SGLang: too long",
    status: 400,
    body: { object: "error", message: tooLong, type: "BadRequestError", param: null, code: 400 },
    told: { message: tooLong, type: "BadRequestError", code: "context_length_exceeded", shouldRetry: "false" },
  },
  {
    title: "vLLM: no such model",
    status: 404,
    body: { error: { message: "The model `x` does not exist.", type: "NotFoundError", param: "model", code: 404 } },
    told: {
      ...{ message: "The model `x` does not exist.", type: "NotFoundError", param: "model" },
      code: "model_server_refused_request",
    },
  },
  {
    title: "vLLM: the engine is dead",
    status: 500,
    body: {
      error: { message: "EngineCore encountered an issue.", type: "InternalServerError", param: null, code: 500 },
    },
    told: { message: "EngineCore encountered an issue.", type: "InternalServerError", code: "model_server_failed" },
  },
  {
    title: "llama.cpp: loading",
    status: 503,
    body: { error: { code: 503, message: "Loading model", type: "unavailable_error" } },
    told: { message: "Loading model", type: "unavailable_error", code: "model_loading", retryAfter: "5" },
  },
  {
    title: "llama.cpp: too long",
    status: 400,
    body: {
      error: {
        ...{
          code: 400,
          message: "request (4476 tokens) exceeds the available context size (4096 tokens), try increasing it",
        },
        ...{ type: "exceed_context_size_error", n_prompt_tokens: 4476, n_ctx: 4096 },
      },
    },
    told: {
      message: "request (4476 tokens) exceeds the available context size (4096 tokens), try increasing it",
      ...{ type: "exceed_context_size_error", code: "context_length_exceeded", shouldRetry: "false" },
    },
  },
  {
    title: "llama.cpp: not supported",
    status: 501,
    body: { error: { code: 501, message: "This server does not support embeddings.", type: "not_supported_error" } },
    told: {
      ...{ message: "This server does not support embeddings.", type: "not_supported_error" },
      code: "model_server_failed",
    },
  },
  {
    title: "Ollama: no such model",
    status: 404,
    body: {
      error: { message: 'model "x" not found, try pulling it first', type: "not_found_error", param: null, code: null },
    },
    told: {
      ...{ message: 'model "x" not found, try pulling it first', type: "not_found_error" },
      code: "model_server_refused_request",
    },
  },
  {
    title: "Ollama: no memory",
    status: 500,
    body: { error: "model requires more system memory (5.5 GiB) than is available (3.2 GiB)" },
    told: {
      message: "model requires more system memory (5.5 GiB) than is available (3.2 GiB)",
      ...{ type: "server_error", code: "model_server_failed" },
    },
  },
  {
    title: "OpenAI: too long",
    status: 400,
    body: {
      error: { message: tooLong, type: "invalid_request_error", param: "messages", code: "context_length_exceeded" },
    },
    told: {
      ...{ message: tooLong, type: "invalid_request_error", param: "messages", code: "context_length_exceeded" },
      shouldRetry: "false",
    },
  },
  {
    title: "OpenAI: quota",
    status: 429,
    body: {
      error: {
        message: "You exceeded your current quota, please check your plan and billing details.",
        ...{ type: "insufficient_quota", param: null, code: "insufficient_quota" },
      },
    },
    told: {
      message: "You exceeded your current quota, please check your plan and billing details.",
      ...{ type: "insufficient_quota", code: "insufficient_quota", shouldRetry: "false" },
    },
  },
  {
    title: "OpenAI: rate limit, with seconds",
    status: 429,
    headers: { "retry-after": "7", "x-request-id": "req_secret-" },
    body: {
      error: {
        message: "Rate limit reached for gpt-4o on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000.",
        ...{ type: "tokens", param: null, code: "rate_limit_exceeded" },
      },
    },
    told: {
      message: "Rate limit reached for gpt-4o on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000.",
      ...{ type: "tokens", code: "rate_limit_exceeded", retryAfter: "7" },
    },
  },
  {
    title: "OpenAI: a parameter",
    status: 400,
    body: {
      error: {
        message: "Unsupported parameter: 'top_k' is not supported with this model.",
        ...{ type: "invalid_request_error", param: "top_k", code: "unsupported_parameter" },
      },
    },
    told: {
      message: "Unsupported parameter: 'top_k' is not supported with this model.",
      ...{ type: "invalid_request_error", param: "top_k", code: "unsupported_parameter" },
    },
  },
  {
    title: "OpenAI: Atelier's key is wrong",
    status: 401,
    body: {
      error: {
        message: "Incorrect API key provided: upstream-key",
        type: "invalid_request_error",
        code: "invalid_api_key",
      },
    },
    told: notAccepted,
  },
  {
    title: "OpenAI: country",
    status: 403,
    body: {
      error: {
        message: "Country, region, or territory not supported",
        ...{ type: "request_forbidden", param: null, code: "unsupported_country_region_territory" },
      },
    },
    told: {
      message: "Country, region, or territory not supported",
      ...{ type: "request_forbidden", code: "unsupported_country_region_territory" },
    },
  },
  {
    title: "OpenAI: overloaded, until a date",
    status: 503,
    headers: { "retry-after": "Fri, 27 Nov 2026 10:00:00 GMT" },
    body: {
      error: {
        message: "The engine is currently overloaded, please try again later",
        type: "server_error",
        param: null,
        code: null,
      },
    },
    told: {
      ...{ message: "The engine is currently overloaded, please try again later", type: "server_error" },
      ...{ code: "model_server_unavailable", retryAfter: "Fri, 27 Nov 2026 10:00:00 GMT" },
    },
  },
  {
    title: "Azure: content filter",
    status: 400,
    body: {
      error: {
        message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        ...{ type: null, param: "prompt", code: "content_filter", status: 400 },
        innererror: { code: "ResponsibleAIPolicyViolation", secret: "secret-" },
      },
    },
    told: {
      message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
      ...{ type: "invalid_request_error", param: "prompt", code: "content_filter", shouldRetry: "false" },
    },
  },
  {
    title: "Azure: Atelier's key is wrong",
    status: 401,
    body: { statusCode: 401, message: "Access denied due to invalid subscription key or wrong API endpoint." },
    told: notAccepted,
  },
  {
    title: "Mistral: validation",
    status: 422,
    body: {
      object: "error",
      message: {
        detail: [
          {
            type: "missing",
            loc: ["body", "messages", 0, "content"],
            msg: "Field required",
            input: { role: "secret-" },
          },
          { type: "less_than_equal", loc: ["body", "temperature"], msg: "Input should be less than or equal to 1.5" },
        ],
      },
      ...{ type: "invalid_request_error", param: null, code: null },
    },
    told: {
      message: "messages.0.content: Field required; temperature: Input should be less than or equal to 1.5",
      ...{ type: "invalid_request_error", param: "messages.0.content", code: "model_server_refused_request" },
      detail: [
        { type: "missing", loc: ["body", "messages", 0, "content"], msg: "Field required" },
        { type: "less_than_equal", loc: ["body", "temperature"], msg: "Input should be less than or equal to 1.5" },
      ],
    },
  },
  {
    title: "Mistral: too long",
    status: 400,
    body: {
      ...{ object: "error", type: "invalid_request_prompt", param: null, code: "3051" },
      message: "Prompt contains 40000 tokens, too large for model with 32768 maximum context length",
    },
    told: {
      message: "Prompt contains 40000 tokens, too large for model with 32768 maximum context length",
      ...{ type: "invalid_request_prompt", code: "3051", shouldRetry: "false" },
    },
  },
  {
    title: "Mistral: rate limit",
    status: 429,
    body: { object: "error", message: "Rate limit exceeded", type: "rate_limited", param: null, code: "1300" },
    told: { message: "Rate limit exceeded", type: "rate_limited", code: "1300", retryAfter: "5" },
  },
  {
    title: "Mistral: Atelier's key is wrong",
    status: 401,
    body: { message: "Unauthorized", request_id: "secret-" },
    told: notAccepted,
  },
  {
    title: "FastAPI: validation",
    status: 422,
    body: { detail: [{ type: "missing", loc: ["body", "model"], msg: "Field required", input: {} }] },
    told: {
      ...{ message: "model: Field required", type: "invalid_request_error", param: "model" },
      code: "model_server_refused_request",
      detail: [{ type: "missing", loc: ["body", "model"], msg: "Field required" }],
    },
  },
  {
    title: "FastAPI: one sentence",
    status: 409,
    body: { detail: "Another request of this session is running" },
    told: {
      ...{ message: "Another request of this session is running", type: "invalid_request_error" },
      code: "model_server_refused_request",
    },
  },
  {
    title: "FastAPI: not authenticated",
    status: 403,
    body: { detail: "Not authenticated" },
    told: notAccepted,
  },
  {
    title: "LiteLLM: too long",
    status: 400,
    body: {
      error: {
        message: `litellm.ContextWindowExceededError: litellm.BadRequestError: OpenAIException - ${tooLong}`,
        ...{ type: null, param: null, code: "400" },
      },
    },
    told: {
      message: `litellm.ContextWindowExceededError: litellm.BadRequestError: OpenAIException - ${tooLong}`,
      ...{ type: "invalid_request_error", code: "context_length_exceeded", shouldRetry: "false" },
    },
  },
  {
    title: "LiteLLM: budget",
    status: 400,
    body: {
      error: {
        message: "Budget has been exceeded! Current cost: 26.075, Max budget: 0.25",
        ...{ type: "budget_exceeded", param: "None", code: "400" },
      },
    },
    told: {
      message: "Budget has been exceeded! Current cost: 26.075, Max budget: 0.25",
      ...{ type: "budget_exceeded", code: "insufficient_quota", shouldRetry: "false" },
    },
  },
  {
    title: "LiteLLM: the address behind it",
    status: 500,
    body: {
      error: {
        message: "litellm.APIConnectionError: Cannot connect to host 10.0.0.5:8000 ssl:default [Connect call failed]",
        ...{ type: null, param: null, code: "500" },
      },
    },
    told: {
      message: "litellm.APIConnectionError: Cannot connect to host [removed] ssl:default [Connect call failed]",
      ...{ type: "server_error", code: "model_server_failed" },
    },
  },
  {
    title: "TGI: too long",
    status: 422,
    body: {
      error: "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048. Given: 3000",
      error_type: "validation",
    },
    told: {
      message: "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048. Given: 3000",
      ...{ type: "validation", code: "context_length_exceeded", shouldRetry: "false" },
    },
  },
  {
    title: "TGI: overloaded",
    status: 429,
    body: { error: "Model is overloaded", error_type: "overloaded" },
    told: { message: "Model is overloaded", type: "overloaded", code: "model_server_busy", retryAfter: "5" },
  },
  {
    title: "OpenRouter: moderation",
    status: 403,
    body: {
      error: {
        ...{ code: 403, message: "Your chosen model requires moderation and your input was flagged for violence." },
        metadata: { reasons: ["violence"], flagged_input: "secret-" },
      },
    },
    told: {
      message: "Your chosen model requires moderation and your input was flagged for violence.",
      ...{ type: "permission_error", code: "content_filter", shouldRetry: "false" },
    },
  },
  {
    title: "OpenRouter: credits",
    status: 402,
    body: { error: { code: 402, message: "This request requires more credits, or fewer max_tokens." } },
    told: {
      message: "This request requires more credits, or fewer max_tokens.",
      ...{ type: "insufficient_quota", code: "insufficient_quota", shouldRetry: "false" },
    },
  },
  {
    title: "DeepSeek: credits",
    status: 402,
    body: {
      error: { message: "Insufficient Balance", type: "unknown_error", param: null, code: "invalid_request_error" },
    },
    told: {
      ...{ message: "Insufficient Balance", type: "unknown_error", code: "invalid_request_error" },
      shouldRetry: "false",
    },
  },
  {
    title: "Anthropic: overloaded",
    status: 529,
    body: { type: "error", error: { type: "overloaded_error", message: "Overloaded" }, request_id: "secret-" },
    told: { message: "Overloaded", type: "overloaded_error", code: "model_server_failed" },
  },
  {
    title: "a reverse proxy: HTML",
    status: 504,
    body: "<html><body>nginx secret-</body></html>",
    told: { message: "The model server did not answer in time.", type: "server_error", code: "model_server_timeout" },
  },
];
