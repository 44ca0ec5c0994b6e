/** An error of a model server, and the error that a client of the gateway gets. Fields that `clientError` omits are the same as in the server's answer. */
export type ServerError = {
  title: string;
  status: number;
  headers?: Record<string, string>;
  body: unknown;
  clientError: {
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

/** The message of several servers for a prompt that is too long. */
export const tooLong =
  "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (8000 in the messages, 1000 in the completion). Please reduce the length of the messages or completion.";
/** The client's error when a model server refuses Atelier's own key. */
export const notAccepted = {
  status: 502,
  message: "The model server does not accept the key that this Atelier uses for it. Its operator has to correct that.",
  type: "server_error",
  code: "model_server_refused",
} as const;
