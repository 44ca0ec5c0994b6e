import type { Outputs, RowOf } from "@/server/composition/outputs";

export type ReviewItem = RowOf<Outputs["reviews"]["items"]>;
export type Review = Outputs["reviews"]["get"];
type Phase = Review["phase"];
type Decision = NonNullable<ReviewItem["decision"]>;
type Tone = "neutral" | "accent" | "success" | "warning" | "danger";

export const phaseText: Record<Phase, { label: string; tone: Tone }> = {
  members: { label: "Being prepared", tone: "neutral" },
  keys: { label: "Being prepared", tone: "neutral" },
  open: { label: "Open", tone: "accent" },
  warning: { label: "Ends soon", tone: "warning" },
  warned: { label: "Ends soon", tone: "warning" },
  closed: { label: "Closed", tone: "neutral" },
};

export const decisionText: Record<Decision, { label: string; tone: Tone }> = {
  confirmed: { label: "Confirmed", tone: "success" },
  removed: { label: "Removed", tone: "neutral" },
  revoked: { label: "Revoked", tone: "neutral" },
  disabled: { label: "Disabled", tone: "neutral" },
  lapsed: { label: "Disabled at the end", tone: "warning" },
  active: { label: "No longer needs review", tone: "success" },
  gone: { label: "Had ended already", tone: "neutral" },
  kept: { label: "Kept: the last Admin", tone: "neutral" },
};

export const reasonText: Record<ReviewItem["reasons"][number], string> = {
  stale: "Inactive for 90 days",
  idle: "Not used for 60 days",
  "no-expiry": "Never expires",
  "no-limit": "No limit",
};
