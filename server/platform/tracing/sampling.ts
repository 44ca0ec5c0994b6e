import { randomBytes } from "node:crypto";
import { type Context, isSpanContextValid, ROOT_CONTEXT, TraceFlags, trace } from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-base";
import type { Sampling } from "@/server/platform/settings/tracing";

/** Returns the sampler for these settings. */
export function samplerOf({ rule, ratio, isCallerHeard }: Sampling): Sampler {
  const root =
    rule === "ratio"
      ? new TraceIdRatioBasedSampler(ratio)
      : rule === "on"
        ? new AlwaysOnSampler()
        : new AlwaysOffSampler();
  return isCallerHeard ? new ParentBasedSampler({ root }) : new OwnDecision(root);
}

/**
 * Decides about each trace when it enters this process, independently of the caller's decision: a stranger's flag must
 * neither fill the collector nor hide a request. A trace id that a caller chose to fall into the sampled share has no
 * effect either, because a random id is sampled instead.
 */
class OwnDecision implements Sampler {
  constructor(private readonly root: Sampler) {}

  shouldSample(context: Context, traceId: string, ...rest: Rest): ReturnType<Sampler["shouldSample"]> {
    const parent = trace.getSpanContext(context);
    if (!parent || !isSpanContextValid(parent)) return this.root.shouldSample(context, traceId, ...rest);
    if (parent.isRemote) return this.root.shouldSample(ROOT_CONTEXT, randomBytes(16).toString("hex"), ...rest);
    const isKept = (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
    return { decision: isKept ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
  }

  toString(): string {
    return `OwnDecision{${this.root}}`;
  }
}

type Rest = Parameters<Sampler["shouldSample"]> extends [Context, string, ...infer Others] ? Others : never;
