import { type AuditAction, auditActions } from "@/server/audit/catalogue";

const groupNames = new Map(
  Object.entries({
    api_key: "API keys",
    audit: "Audit log",
    fine_tuning: "Fine-tuning",
    spend: "Spending",
    permission: "Refused attempts",
  }),
);

/**
 * Returns the sentence of an action, split before and after the changed thing. The sentence of an action from an earlier release that the
 * catalogue no longer has is derived from its name: `model.archived` becomes "archived the model …".
 */
export function phraseOf(action: string): { before: string; after: string | null } {
  const [group = "", done = ""] = action.split(".");
  const phrase = Object.hasOwn(auditActions, action)
    ? auditActions[action as AuditAction].sentence
    : `${spaced(done)} the ${spaced(group)} {}`;
  const [before = "", after] = phrase.split("{}");
  return { before: before.trim(), after: after === undefined ? null : after };
}

/** The labels of the groups of actions: "Keys" for `key.*`. */
export function groupName(group: string): string {
  return groupNames.get(group) ?? capital(`${spaced(group)}s`);
}

/** Returns a readable label for a type of thing, the second part of an action, or a field: "Fine tuning job". */
export function plainName(name: string): string {
  return capital(spaced(name.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase()));
}

const spaced = (text: string) => text.replaceAll("_", " ");
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
