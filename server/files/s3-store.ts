import type https from "node:https";
import { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { agentFor } from "@/server/platform/outgoing";
import type { S3Settings } from "@/server/platform/settings/s3";
import { NoSuchObject, Source, type Store, StoreDown, StoreFull } from "./store";

/** The size of a part. Each upload holds two parts in memory. */
const partBytes = 8 * 1024 * 1024;
const partsAtOnce = 2;

const fullNames = new Set(["QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "EntityTooLarge"]);

/** A store in a bucket of Amazon S3 or a compatible service: the object `WORKSPACE/ID`. */
export function s3Store(settings: S3Settings): Store {
  const { bucket: Bucket } = settings;
  // Loaded when it is first needed: it is large, and most installations store files on a disk.
  let connected: Promise<{ client: S3Client; sdk: typeof import("@aws-sdk/client-s3") }> | undefined;
  const connect = () => {
    connected ??= Promise.all([import("@aws-sdk/client-s3"), agentsFor(settings)]).then(([sdk, agents]) => ({
      sdk,
      client: newClient(sdk, settings, agents),
    }));
    return connected;
  };
  const keyOf = (workspaceId: string, id: string) => `${workspaceId}/${id}`;
  return {
    async put(workspaceId, id, from) {
      const source = new Source(from);
      const [{ client }, { Upload }] = await Promise.all([connect(), import("@aws-sdk/lib-storage")]);
      const upload = new Upload({
        client,
        // After an error the uploaded parts are discarded.
        leavePartsOnError: false,
        queueSize: partsAtOnce,
        partSize: partBytes,
        params: {
          Bucket,
          Key: keyOf(workspaceId, id),
          Body: Readable.from(source, { objectMode: false }),
          ContentType: "application/octet-stream",
        },
      });
      try {
        await upload.done();
      } catch (error) {
        throw source.blame(error, failureOf);
      }
    },
    async open(workspaceId, id) {
      const { client, sdk } = await connect();
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key: keyOf(workspaceId, id) }));
        if (!(Body instanceof Readable)) throw new Error("the answer has no body");
        return Body;
      } catch (error) {
        throw isMissing(error) ? new NoSuchObject(error) : failureOf(error);
      }
    },
    async erase(workspaceId, id) {
      const { client, sdk } = await connect();
      const Key = keyOf(workspaceId, id);
      try {
        await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }));
        await abortUploads(client, sdk, { Bucket, Key });
      } catch (error) {
        if (!isMissing(error)) throw failureOf(error);
      }
    },
    async check() {
      const { client, sdk } = await connect();
      try {
        await client.send(new sdk.ListObjectsV2Command({ Bucket, MaxKeys: 1 }));
      } catch (error) {
        throw new StoreDown(error);
      }
    },
  };
}

/** Returns the HTTP agents, which use a proxy if the environment has one for the address. */
async function agentsFor({ endpoint, bucket, region }: S3Settings) {
  const url = new URL(endpoint ?? `https://${bucket}.s3.${region}.amazonaws.com`);
  const agent = await agentFor(url, { keepAlive: true, maxSockets: 50 });
  return url.protocol === "https:" ? { httpsAgent: agent as https.Agent } : { httpAgent: agent };
}

function newClient(
  sdk: typeof import("@aws-sdk/client-s3"),
  settings: S3Settings,
  agents: Awaited<ReturnType<typeof agentsFor>>,
): S3Client {
  const { region, endpoint, accessKeyId, secretAccessKey } = settings;
  return new sdk.S3Client({
    region,
    // Services other than Amazon seldom have a host name for each bucket.
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 3,
    requestHandler: { ...agents, connectionTimeout: 5_000, requestTimeout: 60_000 },
    // Checksums that only Amazon supports are left out unless they are required.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}

/** Aborts multipart uploads that an earlier process began and did not finish. */
async function abortUploads(
  client: S3Client,
  sdk: typeof import("@aws-sdk/client-s3"),
  { Bucket, Key }: { Bucket: string; Key: string },
): Promise<void> {
  const { Uploads = [] } = await client
    .send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: Key }))
    .catch((error: unknown) => {
      // Some services cannot list unfinished uploads, and delete them themselves.
      if (nameOf(error) === "NotImplemented") return { Uploads: [] };
      throw error;
    });
  for (const { UploadId, Key: found } of Uploads)
    if (UploadId && found === Key) await client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : "");

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}

function isMissing(error: unknown): boolean {
  return ["NoSuchKey", "NoSuchUpload", "NotFound"].includes(nameOf(error));
}

function failureOf(error: unknown): Error {
  return fullNames.has(nameOf(error)) || statusOf(error) === 507 ? new StoreFull(error) : new StoreDown(error);
}
