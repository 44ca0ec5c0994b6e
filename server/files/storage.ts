import type { Readable } from "node:stream";
import { env } from "@/server/platform/env";
import { diskStore } from "./disk-store";
import { s3Store } from "./s3-store";
import type { Store } from "./store";

let chosen: Store | undefined;

/** Returns the configured store. */
export function store(): Store {
  const { s3, FILES_DIR } = env();
  chosen ??= s3 ? s3Store(s3) : diskStore(FILES_DIR);
  return chosen;
}

/**
 * Returns the bytes of a file that is not erased, as a stream that has begun. The caller checks the permission.
 *
 * @throws NoSuchObject, StoreDown
 */
export function open(workspaceId: string, id: string): Promise<Readable> {
  return store().open(workspaceId, id);
}
