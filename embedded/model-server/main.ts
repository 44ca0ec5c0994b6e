import path from "node:path";
import { diskTrouble } from "../platform/disk-trouble";
import { StartError } from "../platform/start-error";
import { createCatalogue } from "./catalogue";
import { type FineTuningFolder, openFineTuning } from "./fine-tuning/fine-tuning";
import { createModelServer } from "./http/server";

// Only this file of the process reads the environment.
const { PORT, HOST = "127.0.0.1", DATA_DIR, MODEL_SERVER_KEY } = process.env;
const { MODEL_SERVER_TOKENS_PER_SECOND, MODEL_SERVER_TRAINING_TOKENS_PER_SECOND } = process.env;

let folder: FineTuningFolder | undefined;
const catalogue = createCatalogue(DATA_DIR, () => folder);
if (DATA_DIR) {
  folder = await openFineTuning(path.join(path.resolve(DATA_DIR), "model-server"), {
    worker: new URL("./model-server-training.mjs", import.meta.url),
    baseModel: catalogue.baseModel,
    tokensPerSecond: Number(MODEL_SERVER_TRAINING_TOKENS_PER_SECOND) || undefined,
  }).catch((error: unknown) => {
    const why = diskTrouble(error) ?? (error instanceof StartError ? error.message : undefined);
    if (why === undefined) throw error;
    process.stderr.write(`The model server could not start: ${why}\n`);
    process.exit(1);
  });
}
const { server, working } = createModelServer({
  catalogue,
  folder,
  key: MODEL_SERVER_KEY,
  tokensPerSecond: Number(MODEL_SERVER_TOKENS_PER_SECOND) || undefined,
});

server.on("error", (error) => {
  const isTaken = "code" in error && error.code === "EADDRINUSE";
  const why = isTaken ? `port ${PORT} is in use; choose another with PORT` : error.message;
  process.stderr.write(`The model server could not start: ${why}\n`);
  process.exit(1);
});

server.listen(Number(PORT) || 0, HOST, () => {
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  if (process.send) process.send({ type: "ready", port });
  else greet(`http://${HOST.includes(":") ? `[${HOST}]` : HOST}:${port}`);
});

/** Prints how to use the server, for a person who started it by hand. */
function greet(url: string): void {
  const isOpen = !MODEL_SERVER_KEY && !["127.0.0.1", "::1", "localhost"].includes(HOST);
  const lines = [
    `Model server on ${url}`,
    `  MODEL_SERVER_URL=${url}/v1${MODEL_SERVER_KEY ? " and its MODEL_SERVER_KEY" : ""} lets Atelier use it.`,
    ...(isOpen ? ["  It accepts requests without a key: set MODEL_SERVER_KEY."] : []),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

const graceMs = 5_000;

function close(): void {
  // Training stops and continues at the next start.
  const stopped = folder?.close().catch(() => undefined);
  server.close(() => void Promise.resolve(stopped).then(() => process.exit(0)));
  server.closeIdleConnections();
  setTimeout(() => {
    for (const controller of working) controller.abort();
    server.closeAllConnections();
  }, graceMs).unref();
}

process.once("SIGTERM", close);
process.once("SIGINT", close);
// Ends with the process that started this one.
process.once("disconnect", () => process.exit(0));
