import { countedClasses } from "../classes";

const classes = {
  ...{ cacheRead: "cache_read", cacheWrite: "cache_write", audioInput: "audio_input", imageInput: "image_input" },
  ...{ reasoning: "reasoning", audioOutput: "audio_output" },
  ...{ second: "seconds", image: "images", page: "pages", character: "characters" },
} as const;

/**
 * The columns of a sealed line, in their order (`sealed_line` in the database). Amounts in tokens or units, with
 * their prices in micro-units per million; null where a class had no price of its own. The cost in micro-units.
 */
export const ledgerColumns: string[] = [
  ...[
    "workspace_id",
    "id",
    "at",
    "key_id",
    "member_id",
    "model",
    "upstream_model",
    "operation",
    "is_streamed",
    "status",
    "error_code",
    "model_server",
    "failover",
  ],
  ...["usage_source", "first_byte_ms", "total_ms", "cost", "prompt", "prompt_price", "completion", "completion_price"],
  ...countedClasses.flatMap((name) => [classes[name], `${classes[name]}_price`]),
  "request_price",
  // Missing when there is neither a route nor a later column; null when there is only a later one.
  "route",
  // A list. Without tags: null when there is an end user, otherwise missing.
  "tags",
  // The end user; missing when the workspace does not look at end users.
  "end_user",
];
