import { type ServerError, tooLong } from "./server-error";

/** The errors of gateways and proxies in front of model servers, from their documentation and sources. */
export const proxyErrors: ServerError[] = [
  {
    title: "LiteLLM: too long",
    status: 400,
    body: {
      error: {
        message: `litellm.ContextWindowExceededError: litellm.BadRequestError: OpenAIException - ${tooLong}`,
        ...{ type: null, param: null, code: "400" },
      },
    },
    clientError: {
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
    clientError: {
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
    clientError: {
      message: "litellm.APIConnectionError: Cannot connect to host [removed] ssl:default [Connect call failed]",
      ...{ type: "server_error", code: "model_server_failed" },
    },
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
    clientError: {
      message: "Your chosen model requires moderation and your input was flagged for violence.",
      ...{ type: "permission_error", code: "content_filter", shouldRetry: "false" },
    },
  },
  {
    title: "OpenRouter: credits",
    status: 402,
    body: { error: { code: 402, message: "This request requires more credits, or fewer max_tokens." } },
    clientError: {
      message: "This request requires more credits, or fewer max_tokens.",
      ...{ type: "insufficient_quota", code: "insufficient_quota", shouldRetry: "false" },
    },
  },
  {
    title: "a reverse proxy: HTML",
    status: 504,
    body: "<html><body>nginx secret-</body></html>",
    clientError: {
      message: "The model server did not answer in time.",
      type: "server_error",
      code: "model_server_timeout",
    },
  },
];
