import { randomUUID } from "node:crypto";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { closeNow, listen } from "./listening";

/** The part of S3's API that the file store uses, with the objects in memory. */
export type FakeS3 = {
  url: string;
  objects: Map<string, Buffer>;
  /** Multipart uploads that have neither been completed nor aborted. */
  uploads: Map<string, { key: string; parts: Map<number, Buffer> }>;
  /** The received requests, in order: "PutObject", "UploadPart", … */
  asked: string[];
  /** When this returns a status and the name of an error, the server answers with that error. */
  fail: (operation: string) => { status: number; code: string } | undefined;
  close(): Promise<void>;
};

/** Starts a server with a bucket of this name. */
export async function startS3(bucket: string): Promise<FakeS3> {
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    answer(fake, bucket, request, response, plain(request, Buffer.concat(chunks)));
  });
  const url = await listen(server);
  const fake: FakeS3 = {
    url,
    objects: new Map(),
    uploads: new Map(),
    asked: [],
    fail: () => undefined,
    close: () => closeNow(server),
  };
  return fake;
}

function answer(fake: FakeS3, bucket: string, request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const { pathname, searchParams: query } = new URL(request.url ?? "", fake.url);
  const [, inBucket, ...rest] = decodeURIComponent(pathname).split("/");
  const key = rest.join("/");
  const operation = operationOf(request.method ?? "", key, query);
  fake.asked.push(operation);
  const failure = fake.fail(operation) ?? (isSigned(request) ? undefined : { status: 403, code: "AccessDenied" });
  if (failure) error(response, failure.status, failure.code);
  else if (inBucket !== bucket) error(response, 404, "NoSuchBucket");
  else operations[operation]?.({ fake, key, query, body, response });
}

const isSigned = ({ headers }: IncomingMessage) =>
  /^AWS4-HMAC-SHA256 Credential=an-id\/\d{8}\/a-region-1\/s3\//.test(headers.authorization ?? "");

function operationOf(method: string, key: string, query: URLSearchParams): string {
  if (!key) return query.has("uploads") ? "ListMultipartUploads" : "ListObjectsV2";
  if (query.has("uploads")) return "CreateMultipartUpload";
  if (query.has("uploadId"))
    return { PUT: "UploadPart", POST: "CompleteMultipartUpload", DELETE: "AbortMultipartUpload" }[method] ?? "";
  return { PUT: "PutObject", GET: "GetObject", DELETE: "DeleteObject" }[method] ?? "";
}

type Asked = { fake: FakeS3; key: string; query: URLSearchParams; body: Buffer; response: ServerResponse };

const operations: Record<string, (asked: Asked) => void> = {
  PutObject: ({ fake, key, body, response }) => {
    fake.objects.set(key, body);
    response.setHeader("ETag", '"whole"').end();
  },
  GetObject: ({ fake, key, response }) => {
    const object = fake.objects.get(key);
    if (!object) return error(response, 404, "NoSuchKey");
    response.setHeader("Content-Length", object.length).end(object);
  },
  DeleteObject: ({ fake, key, response }) => {
    fake.objects.delete(key);
    response.writeHead(204).end();
  },
  CreateMultipartUpload: ({ fake, key, response }) => {
    const id = randomUUID();
    fake.uploads.set(id, { key, parts: new Map() });
    xml(response, "InitiateMultipartUploadResult", `<Key>${key}</Key><UploadId>${id}</UploadId>`);
  },
  UploadPart: ({ fake, query, body, response }) => {
    const upload = fake.uploads.get(query.get("uploadId") ?? "");
    if (!upload) return error(response, 404, "NoSuchUpload");
    upload.parts.set(Number(query.get("partNumber")), body);
    response.setHeader("ETag", `"${query.get("partNumber")}"`).end();
  },
  CompleteMultipartUpload: ({ fake, key, query, response }) => {
    const id = query.get("uploadId") ?? "";
    const upload = fake.uploads.get(id);
    if (!upload) return error(response, 404, "NoSuchUpload");
    const parts = [...upload.parts].toSorted(([a], [b]) => a - b).map(([, part]) => part);
    fake.objects.set(key, Buffer.concat(parts));
    fake.uploads.delete(id);
    xml(response, "CompleteMultipartUploadResult", `<Key>${key}</Key><ETag>"all"</ETag>`);
  },
  AbortMultipartUpload: ({ fake, query, response }) => {
    fake.uploads.delete(query.get("uploadId") ?? "");
    response.writeHead(204).end();
  },
  ListMultipartUploads: ({ fake, query, response }) => {
    const found = [...fake.uploads].filter(([, { key }]) => key.startsWith(query.get("prefix") ?? ""));
    const all = found.map(([id, { key }]) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`);
    xml(response, "ListMultipartUploadsResult", all.join(""));
  },
  ListObjectsV2: ({ fake, response }) =>
    xml(
      response,
      "ListBucketResult",
      [...fake.objects.keys()].map((key) => `<Contents><Key>${key}</Key></Contents>`).join(""),
    ),
};

function xml(response: ServerResponse, name: string, inside: string): void {
  response.setHeader("Content-Type", "application/xml").end(`<?xml version="1.0"?><${name}>${inside}</${name}>`);
}

function error(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { "Content-Type": "application/xml" })
    .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

/** Decodes a body, which the SDK may send in chunks, each after its length. */
function plain({ headers }: IncomingMessage, body: Buffer): Buffer {
  if (!String(headers["content-encoding"] ?? "").includes("aws-chunked")) return body;
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf("\r\n", at);
    const length = Number.parseInt(body.toString("latin1", at, end), 16);
    if (!(length > 0)) return Buffer.concat(pieces);
    pieces.push(body.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}
