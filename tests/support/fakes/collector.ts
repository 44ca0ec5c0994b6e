import http from "node:http";
import { closeNow, listen } from "./listening";

/** A received span; `parent` is empty for the first span of a trace. */
export type ReceivedSpan = {
  trace: string;
  id: string;
  parent: string;
  name: string;
  isError: boolean;
  attributes: Record<string, string | number | boolean>;
};

/** A collector of traces: receives them by OTLP over HTTP as protobuf, and answers with `status`. */
export type Collector = {
  url: string;
  status: number;
  /** All received data, including headers. */
  bytes: Buffer[];
  headers: http.IncomingHttpHeaders[];
  spans: ReceivedSpan[];
  resource: ReceivedSpan["attributes"];
  close(): Promise<void>;
};

export async function startCollector(): Promise<Collector> {
  const server = http.createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    collector.headers.push(request.headers);
    collector.bytes.push(Buffer.from(`${request.url} ${JSON.stringify(request.headers)}`), body);
    if (collector.status === 200) read(body, collector);
    response.writeHead(collector.status, { "content-type": "application/x-protobuf" }).end();
  });
  const url = await listen(server);
  const collector: Collector = {
    ...{ url, status: 200, bytes: [], headers: [], spans: [], resource: {} },
    close: () => closeNow(server),
  };
  return collector;
}

type Fields = Map<number, (Buffer | bigint)[]>;

/** Reads one protobuf message into its fields. */
function fieldsOf(message: Buffer): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++] ?? 0;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number) => {
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const type = tag & 7;
    const value = type === 0 ? varint() : take(type === 1 ? 8 : type === 5 ? 4 : Number(varint()));
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}

const messages = (fields: Fields, field: number) => (fields.get(field) ?? []).map((value) => fieldsOf(value as Buffer));
const text = (fields: Fields, field: number, encoding: BufferEncoding = "utf8") =>
  ((fields.get(field)?.[0] as Buffer | undefined) ?? Buffer.alloc(0)).toString(encoding);

function attributesOf(fields: Fields, field: number): ReceivedSpan["attributes"] {
  return Object.fromEntries(
    messages(fields, field).map((pair) => {
      const [value = new Map() as Fields] = messages(pair, 2);
      if (value.has(1)) return [text(pair, 1), text(value, 1)];
      if (value.has(2)) return [text(pair, 1), value.get(2)?.[0] === 1n];
      if (value.has(3)) return [text(pair, 1), Number(value.get(3)?.[0])];
      return [text(pair, 1), (value.get(4)?.[0] as Buffer | undefined)?.readDoubleLE() ?? 0];
    }),
  );
}

function read(body: Buffer, collector: Collector): void {
  for (const ofResource of messages(fieldsOf(body), 1)) {
    for (const resource of messages(ofResource, 1)) collector.resource = attributesOf(resource, 1);
    for (const ofScope of messages(ofResource, 2))
      for (const span of messages(ofScope, 2))
        collector.spans.push({
          trace: text(span, 1, "hex"),
          id: text(span, 2, "hex"),
          parent: text(span, 4, "hex"),
          name: text(span, 5),
          isError: messages(span, 15).some((status) => status.get(3)?.[0] === 2n),
          attributes: attributesOf(span, 9),
        });
  }
}
