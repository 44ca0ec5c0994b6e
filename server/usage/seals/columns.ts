import { countedClasses } from "../classes";

const classes = {
  ...{ cacheRead: "cache_read", cacheWrite: "cache_write", audioInput: "audio_input", imageInput: "image_input" },
  ...{ reasoning: "reasoning", audioOutput: "audio_output" },
  ...{ second: "seconds", image: "images", page: "pages", character: "characters" },
} as const;

/**
 * What a sealed line has, in its order (`sealed_line` in the database): amounts in tokens or units with their prices in micro-units a
 * million, null where a class had no price of its own, and the cost in micro-units.
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
  // Not there where no route was asked for and no tags were carried; null where only these were.
  "route",
  // A list; not there where there are none.
  "tags",
  // Whom the program acted for; not there where the workspace does not ask.
  "end_user",
];
