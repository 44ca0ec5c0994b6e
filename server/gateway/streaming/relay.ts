import type { IncomingMessage, ServerResponse } from "node:http";
import type { Inference } from "@/db/schema/usage";
import type { MediaRates } from "@/server/platform/settings/models";
import type { Call } from "../calls/call";
import type { Estimate } from "../calls/estimate";
import type { Used } from "../calls/used-tokens";
import type { UpstreamResponse } from "./forward";

/** What is needed to hand an answer on. */
export type Relay = {
  operation: Inference;
  begun: UpstreamResponse;
  reserved: Estimate;
  /** How the model counts media. */
  media: MediaRates;
  outgoing: ServerResponse;
  call: Call;
  /** Kept true for whoever settles it, also when handing it on fails. */
  progress: Progress;
};

/** How far an answer has come. */
export class Progress {
  readonly begun = performance.now();
  firstByteMs: number | null = null;
  /** As far as is known; undefined until something was produced. */
  used: Used | undefined;

  noteByte(): void {
    this.firstByteMs ??= Math.round(performance.now() - this.begun);
  }

  get totalMs(): number {
    return Math.round(performance.now() - this.begun);
  }
}

/** Whether a message is of this media type, and not compressed, which it was not asked to be. */
export function isOfType({ headers }: IncomingMessage, type: string): boolean {
  const encoding = headers["content-encoding"] ?? "identity";
  return encoding === "identity" && (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() === type;
}
