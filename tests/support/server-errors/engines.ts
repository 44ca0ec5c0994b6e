import { notAccepted, type ServerError, tooLong } from "./server-error";

/** The errors of programs that run models, from their documentation and sources. */
export const engineErrors: ServerError[] = [
  {
    title: "vLLM: too long",
    status: 400,
    body: { error: { message: tooLong, type: "BadRequestError", param: null, code: 400 } },
    clientError: { message: tooLong, type: "BadRequestError", code: "context_length_exceeded", shouldRetry: "false" },
  },
  {
    title: "vLLM before 0.10 and SGLang: too long",
    status: 400,
    body: { object: "error", message: tooLong, type: "BadRequestError", param: null, code: 400 },
    clientError: { message: tooLong, type: "BadRequestError", code: "context_length_exceeded", shouldRetry: "false" },
  },
  {
    title: "vLLM: no such model",
    status: 404,
    body: { error: { message: "The model `x` does not exist.", type: "NotFoundError", param: "model", code: 404 } },
    clientError: {
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
    clientError: {
      message: "EngineCore encountered an issue.",
      type: "InternalServerError",
      code: "model_server_failed",
    },
  },
  {
    title: "llama.cpp: loading",
    status: 503,
    body: { error: { code: 503, message: "Loading model", type: "unavailable_error" } },
    clientError: { message: "Loading model", type: "unavailable_error", code: "model_loading", retryAfter: "5" },
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
    clientError: {
      message: "request (4476 tokens) exceeds the available context size (4096 tokens), try increasing it",
      ...{ type: "exceed_context_size_error", code: "context_length_exceeded", shouldRetry: "false" },
    },
  },
  {
    title: "llama.cpp: not supported",
    status: 501,
    body: { error: { code: 501, message: "This server does not support embeddings.", type: "not_supported_error" } },
    clientError: {
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
    clientError: {
      ...{ message: 'model "x" not found, try pulling it first', type: "not_found_error" },
      code: "model_server_refused_request",
    },
  },
  {
    title: "Ollama: no memory",
    status: 500,
    body: { error: "model requires more system memory (5.5 GiB) than is available (3.2 GiB)" },
    clientError: {
      message: "model requires more system memory (5.5 GiB) than is available (3.2 GiB)",
      ...{ type: "server_error", code: "model_server_failed" },
    },
  },
  {
    title: "FastAPI: validation",
    status: 422,
    body: { detail: [{ type: "missing", loc: ["body", "model"], msg: "Field required", input: {} }] },
    clientError: {
      ...{ message: "model: Field required", type: "invalid_request_error", param: "model" },
      code: "model_server_refused_request",
      detail: [{ type: "missing", loc: ["body", "model"], msg: "Field required" }],
    },
  },
  {
    title: "FastAPI: one sentence",
    status: 409,
    body: { detail: "Another request of this session is running" },
    clientError: {
      ...{ message: "Another request of this session is running", type: "invalid_request_error" },
      code: "model_server_refused_request",
    },
  },
  {
    title: "FastAPI: not authenticated",
    status: 403,
    body: { detail: "Not authenticated" },
    clientError: notAccepted,
  },
  {
    title: "TGI: too long",
    status: 422,
    body: {
      error: "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048. Given: 3000",
      error_type: "validation",
    },
    clientError: {
      message: "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048. Given: 3000",
      ...{ type: "validation", code: "context_length_exceeded", shouldRetry: "false" },
    },
  },
  {
    title: "TGI: overloaded",
    status: 429,
    body: { error: "Model is overloaded", error_type: "overloaded" },
    clientError: { message: "Model is overloaded", type: "overloaded", code: "model_server_busy", retryAfter: "5" },
  },
  {
    title: "TGI and TEI: a body that is none, as text",
    status: 422,
    headers: { "content-type": "text/plain; charset=utf-8" },
    body: "Failed to deserialize the JSON body into the target type: inputs: missing field `role` at line 1",
    clientError: {
      message: "Failed to deserialize the JSON body into the target type: inputs: missing field `role` at line 1",
      ...{ type: "invalid_request_error", code: "model_server_refused_request" },
    },
  },
  {
    title: "a proxy's text",
    status: 503,
    headers: { "content-type": "text/plain", "retry-after": "1" },
    body: "upstream connect error: remote address secret-",
    clientError: {
      message: "The model server cannot work at the moment. Try again in a moment.",
      ...{ type: "server_error", code: "model_server_unavailable", retryAfter: "1" },
    },
  },
];
