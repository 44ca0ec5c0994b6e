import { Badge } from "@/app/_ui/badge";
import { formatNumber } from "@/app/_ui/format";

type Shown = { state: "active" | "draining" | "disabled"; isKeyUnreadable: boolean; isDown: boolean };

/** Draws how a provider is: whether it takes calls, and what keeps it from that. */
export function ProviderBadges({ state, isKeyUnreadable, isDown }: Shown) {
  if (isKeyUnreadable) return <Badge tone="danger">Key unreadable</Badge>;
  if (state === "disabled") return <Badge tone="neutral">Disabled</Badge>;
  if (state === "draining") return <Badge tone="warning">Draining</Badge>;
  return isDown ? <Badge tone="danger">Not reachable</Badge> : <Badge tone="success">Active</Badge>;
}

type Stated = { id: string; upstream: string; contextLength?: number }[] | null;

/** Returns stated models as they are typed, one a line. */
export function typedModels(models: Stated): string {
  return (models ?? [])
    .map(
      ({ id, upstream, contextLength }) =>
        (id === upstream ? id : `${id} = ${upstream}`) + (contextLength ? `, ${contextLength}` : ""),
    )
    .join("\n");
}

/** Returns stated fine-tuned models as they are typed, one a line. */
export const typedTuned = (tuned: { upstream: string; base?: string }[] | null): string =>
  (tuned ?? []).map(({ upstream, base }) => (base === undefined ? upstream : `${upstream} = ${base}`)).join("\n");

/** Returns how many models a provider has, in words. Null: it has not listed any lately. */
export const countOf = (models: number | null): string => (models === null ? "unknown" : formatNumber(models));
