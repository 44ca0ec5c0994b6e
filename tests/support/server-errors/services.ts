import { notAccepted, type ServerError, tooLong } from "./server-error";

/** The errors of hosted services, from their documentation. */
export const serviceErrors: ServerError[] = [
  {
    title: "OpenAI: too long",
    status: 400,
    body: {
      error: { message: tooLong, type: "invalid_request_error", param: "messages", code: "context_length_exceeded" },
    },
    clientError: {
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
    clientError: {
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
    clientError: {
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
    clientError: {
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
    clientError: notAccepted,
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
    clientError: {
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
    clientError: {
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
    clientError: {
      message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
      ...{ type: "invalid_request_error", param: "prompt", code: "content_filter", shouldRetry: "false" },
    },
  },
  {
    title: "Azure: Atelier's key is wrong",
    status: 401,
    body: { statusCode: 401, message: "Access denied due to invalid subscription key or wrong API endpoint." },
    clientError: notAccepted,
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
    clientError: {
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
    clientError: {
      message: "Prompt contains 40000 tokens, too large for model with 32768 maximum context length",
      ...{ type: "invalid_request_prompt", code: "3051", shouldRetry: "false" },
    },
  },
  {
    title: "Mistral: rate limit",
    status: 429,
    body: { object: "error", message: "Rate limit exceeded", type: "rate_limited", param: null, code: "1300" },
    clientError: { message: "Rate limit exceeded", type: "rate_limited", code: "1300", retryAfter: "5" },
  },
  {
    title: "Mistral: Atelier's key is wrong",
    status: 401,
    body: { message: "Unauthorized", request_id: "secret-" },
    clientError: notAccepted,
  },
  {
    title: "DeepSeek: credits",
    status: 402,
    body: {
      error: { message: "Insufficient Balance", type: "unknown_error", param: null, code: "invalid_request_error" },
    },
    clientError: {
      ...{ message: "Insufficient Balance", type: "unknown_error", code: "invalid_request_error" },
      shouldRetry: "false",
    },
  },
  {
    title: "Anthropic: overloaded",
    status: 529,
    body: { type: "error", error: { type: "overloaded_error", message: "Overloaded" }, request_id: "secret-" },
    clientError: { message: "Overloaded", type: "overloaded_error", code: "model_server_failed" },
  },
  {
    title: "Google: rate limit, in a list",
    status: 429,
    body: [{ error: { code: 429, message: "Resource has been exhausted", status: "RESOURCE_EXHAUSTED" } }],
    clientError: {
      ...{ message: "Resource has been exhausted", type: "RESOURCE_EXHAUSTED", code: "model_server_busy" },
      retryAfter: "5",
    },
  },
  {
    title: "Cloudflare: a list of errors",
    status: 400,
    body: { success: false, result: null, errors: [{ code: 5006, message: "required properties are 'prompt'" }] },
    clientError: { message: "required properties are 'prompt'", type: "invalid_request_error", code: "5006" },
  },
  {
    title: "Databricks: a code of its own",
    status: 404,
    body: { error_code: "RESOURCE_DOES_NOT_EXIST", message: "The given endpoint does not exist." },
    clientError: {
      ...{
        message: "The given endpoint does not exist.",
        type: "invalid_request_error",
        code: "RESOURCE_DOES_NOT_EXIST",
      },
    },
  },
  {
    title: "NVIDIA: problem details",
    status: 400,
    body: { type: "about:blank", title: "Bad Request", status: 400, detail: "max_tokens must be greater than 0" },
    clientError: {
      ...{ message: "max_tokens must be greater than 0", type: "about:blank", code: "model_server_refused_request" },
    },
  },
  {
    title: "Bedrock: a message alone",
    status: 400,
    body: { Message: "The provided model identifier is invalid." },
    clientError: {
      ...{ message: "The provided model identifier is invalid.", type: "invalid_request_error" },
      code: "model_server_refused_request",
    },
  },
];
