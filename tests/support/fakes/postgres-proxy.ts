import net from "node:net";

type Options = {
  /** The version that the server states. */
  version?: string;
  /**
   * Whether prepared statements are forgotten between transactions, as by a pooler that gives each transaction
   * another connection.
   */
  forgetsStatements?: boolean;
};

/**
 * Starts a proxy between a client and PostgreSQL. Resolves to the URL to use instead of `url`, and a function that
 * stops the proxy.
 */
export async function postgresProxy(url: string, options: Options): Promise<{ url: string; close(): void }> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<net.Socket>();
  const proxy = net.createServer((client) => {
    const server = net.connect(Number(port), hostname);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on("error", () => {});
    }
    client.on("close", () => server.destroy());
    server.on("close", () => client.destroy());
    relay(client, server, options);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const at = new URL(url);
  at.port = String((proxy.address() as net.AddressInfo).port);
  return {
    url: at.href,
    close() {
      proxy.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function relay(client: net.Socket, server: net.Socket, { version, forgetsStatements }: Options): void {
  /** Whether no transaction is open; and whether the answer to the proxy's own statement is awaited. */
  let isIdle = false;
  let isOurs = false;
  let waiting = Buffer.alloc(0);
  client.on("data", (data) => {
    if (isIdle && forgetsStatements) {
      server.write(message("Q", Buffer.from("deallocate all\0")));
      isOurs = true;
    }
    isIdle = false;
    server.write(data);
  });
  server.on("data", (data) => {
    waiting = Buffer.concat([waiting, data]);
    while (waiting.length >= 5 && waiting.length > waiting.readUInt32BE(1)) {
      const [type, body] = [String.fromCharCode(waiting[0] ?? 0), waiting.subarray(5, waiting.readUInt32BE(1) + 1)];
      waiting = waiting.subarray(waiting.readUInt32BE(1) + 1);
      const isReady = type === "Z";
      if (!isOurs) client.write(message(type, type === "S" && version ? renamed(body, version) : body));
      if (isReady && !isOurs) isIdle = body.toString() === "I";
      if (isReady) isOurs = false;
    }
  });
}

function renamed(body: Buffer, version: string): Buffer {
  return body.toString().startsWith("server_version\0") ? Buffer.from(`server_version\0${version}\0`) : body;
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
