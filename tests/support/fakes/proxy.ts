import http from "node:http";
import net, { type AddressInfo } from "node:net";

/**
 * Starts a forward proxy on this machine. For every host that a client names, it connects to the port of `target` here.
 * `asked` lists the requests, as `CONNECT host:port` or `GET http://host/path`.
 */
export async function startProxy(target: { port: number }) {
  const asked: string[] = [];
  const proxy = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { pathname, search } = new URL(request.url ?? "");
    const { method, headers } = request;
    const onward = http.request({ port: target.port, method, headers, path: pathname + search }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  proxy.on("connect", (request, client, head) => {
    asked.push(`CONNECT ${request.url}`);
    const onward = net.connect(target.port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      onward.pipe(client).pipe(onward);
    });
    for (const socket of [onward, client]) socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    asked,
    stop: () =>
      new Promise<void>((resolve) => {
        proxy.close(() => resolve());
        proxy.closeAllConnections();
      }),
  };
}
