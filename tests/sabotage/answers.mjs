/** The answers of model servers, and the usage that is counted for requests to them. */
export const answers = [
  {
    name: "an image that is compared with several texts is counted once",
    file: "server/gateway/calls/estimate.ts",
    find: "(count - 1) * sumOf(mediaTokens(againMedia, media))",
    replace: "0 * sumOf(mediaTokens(againMedia, media))",
    expectRedIn: ["server/gateway/tests/media-places.test.ts"],
  },
  {
    name: "an event of a model server has any number of lines",
    file: "server/gateway/streaming/event-reader.ts",
    find: " || this.#lines > mostLines",
    replace: " || this.#lines > Number.POSITIVE_INFINITY * mostLines",
    expectRedIn: ["server/gateway/streaming/event-reader.test.ts"],
  },
  {
    name: "an answer of any length is translated",
    file: "server/gateway/streaming/answer-reader.ts",
    find: "isTranslated ? longestTranslated : longestAnswer",
    replace: "isTranslated ? 2 * longestTranslated : longestAnswer",
    expectRedIn: ["server/gateway/tests/stalls.test.ts"],
  },
  {
    name: "an error whose body stalls is waited for as long as an answer may pause",
    file: "server/gateway/errors/answer-error.ts",
    find: "Math.min(env().UPSTREAM_IDLE_MS, longestErrorMs)",
    replace: "Math.max(env().UPSTREAM_IDLE_MS, longestErrorMs)",
    expectRedIn: ["server/gateway/tests/patience.test.ts"],
  },
];
