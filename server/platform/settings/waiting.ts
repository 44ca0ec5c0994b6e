import { z } from "zod";

/** Parses milliseconds, at most an hour. */
const milliseconds = (usual: number) =>
  z.coerce.number("must be milliseconds").int().min(10).max(3_600_000).default(usual);

/** The time limits for model servers and their clients. */
export const waitingVariables = {
  UPSTREAM_CONNECT_MS: milliseconds(5_000),
  UPSTREAM_FIRST_BYTE_MS: milliseconds(600_000),
  UPSTREAM_IDLE_MS: milliseconds(300_000),
  UPSTREAM_TOTAL_MS: milliseconds(3_600_000),
  STREAM_COMMENT_MS: milliseconds(15_000),
};
