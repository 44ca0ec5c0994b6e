import { createCatalogue } from "./catalogue";
import { createModelServer } from "./http";

// A process of its own: this is the one place in it that reads the environment.
const { PORT, HOST = "127.0.0.1", DATA_DIR, MODEL_SERVER_KEY, MODEL_SERVER_TOKENS_PER_SECOND } = process.env;

const { server, working } = createModelServer({
  catalogue: createCatalogue(DATA_DIR),
  key: MODEL_SERVER_KEY,
  tokensPerSecond: Number(MODEL_SERVER_TOKENS_PER_SECOND) || undefined,
});

server.on("error", (error) => {
  process.stderr.write(`The model server could not start: ${error.message}\n`);
  process.exit(1);
});

server.listen(Number(PORT) || 0, HOST, () => {
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  if (process.send) process.send({ type: "ready", port });
  else process.stdout.write(`Model server on http://${HOST}:${port}\n`);
});

const graceMs = 5_000;

function close(): void {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => {
    for (const controller of working) controller.abort();
    server.closeAllConnections();
  }, graceMs).unref();
}

process.once("SIGTERM", close);
process.once("SIGINT", close);
// Whoever started this process is gone.
process.once("disconnect", () => process.exit(0));
