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

/** Returns what decides which traces are kept. */
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
 * Decides for each trace as it enters this process, whatever its caller decided: a stranger's flag neither fills the collector nor hides a
 * request. Nor does a trace id that was chosen so that it falls into the share that is kept.
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
