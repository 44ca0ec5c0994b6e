import { Badge } from "@/app/_ui/badge";
import { formatNumber } from "@/app/_ui/format";

type Shown = { state: "active" | "draining" | "disabled"; isKeyUnreadable: boolean; isDown: boolean };

/** Draws the state of a provider: whether it accepts calls, and why not. */
export function ProviderBadges({ state, isKeyUnreadable, isDown }: Shown) {
  if (isKeyUnreadable) return <Badge tone="danger">Key unreadable</Badge>;
  if (state === "disabled") return <Badge tone="neutral">Disabled</Badge>;
  if (state === "draining") return <Badge tone="warning">Draining</Badge>;
  return isDown ? <Badge tone="danger">Not reachable</Badge> : <Badge tone="success">Active</Badge>;
}

type Stated = { id: string; upstream: string; contextLength?: number }[] | null;

/** Returns the stated models as text for their field, one per line. */
export function typedModels(models: Stated): string {
  return (models ?? [])
    .map(
      ({ id, upstream, contextLength }) =>
        (id === upstream ? id : `${id} = ${upstream}`) + (contextLength ? `, ${contextLength}` : ""),
    )
    .join("\n");
}

/** Returns the stated fine-tuned models as text for their field, one per line. */
export const typedTuned = (tuned: { upstream: string; base?: string }[] | null): string =>
  (tuned ?? []).map(({ upstream, base }) => (base === undefined ? upstream : `${upstream} = ${base}`)).join("\n");

/** Returns the number of a provider's models as text. Null: it has not listed its models recently. */
export const countOf = (models: number | null): string => (models === null ? "unknown" : formatNumber(models));
