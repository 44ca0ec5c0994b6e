import dgram from "node:dgram";
import packet from "dns-packet";

/** How the server answers a question: with these TXT values, with "no such name", with a failure, or without any answer. */
export type Behaviour = string[] | "nxdomain" | "silent" | "servfail";

/**
 * Starts a DNS server for one test on 127.0.0.1, over UDP. `zone` maps a name to its behaviour for TXT questions; all
 * other names do not exist.
 */
export async function startDns(): Promise<{
  address: string;
  zone: Map<string, Behaviour>;
  asked: string[];
  stop(): Promise<void>;
}> {
  const zone = new Map<string, Behaviour>();
  const asked: string[] = [];
  const socket = dgram.createSocket("udp4");
  socket.on("message", (message, peer) => {
    const query = packet.decode(message);
    const question = query.questions?.[0];
    if (!question) return;
    asked.push(question.name);
    const behaviour = zone.get(question.name.toLowerCase()) ?? "nxdomain";
    if (behaviour === "silent") return;
    const rcode = { nxdomain: 3, servfail: 2 }[behaviour as string] ?? 0;
    const answer = packet.encode({
      type: "response",
      id: query.id ?? 0,
      flags: packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE | rcode,
      questions: query.questions ?? [],
      answers: Array.isArray(behaviour)
        ? behaviour.map((data) => ({ type: "TXT" as const, name: question.name, ttl: 1, data: chunked(data) }))
        : [],
    });
    socket.send(answer, peer.port, peer.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    zone,
    asked,
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** Splits the text of a TXT record into strings of at most 255 bytes, as DNS requires. */
function chunked(text: string): string[] {
  return text.match(/.{1,255}/gs) ?? [""];
}
