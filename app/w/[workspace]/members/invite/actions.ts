"use server";

import { formAction } from "@/server/composition/form-action";
import type { FormState } from "@/server/composition/form-state";
import type { PreviewedRow } from "@/server/joining/invitations/bulk/router";
import type { RowOutcome } from "@/server/joining/invitations/bulk/slice";

export type Answer =
  | { step: "preview"; rows: PreviewedRow[]; folded: number; room: number }
  | { step: "report"; results: RowOutcome[] };

const check = formAction<Answer>(async (api, input) => ({
  step: "preview",
  ...(await api.invitations.previewMany(input)),
}));

const send = formAction<Answer>(async (api, input) => ({
  step: "report",
  ...(await api.invitations.createMany(input)),
}));

/**
 * First previews a list, then sends its valid rows. Both are answers of one form, so that it works without JavaScript.
 */
export async function inviteList(previous: FormState<Answer>, form: FormData): Promise<FormState<Answer>> {
  const isChecked = form.get("step") === "send";
  form.delete("step");
  const file = form.get("file");
  form.delete("file");
  if (!isChecked && file instanceof File && file.size > 0) {
    const text = textOf(await file.arrayBuffer());
    if (text === null)
      return {
        status: "refused",
        reason: "invalid_input",
        message: "Check the marked fields.",
        fields: { file: "This file is not UTF-8 text. Save the table as “CSV UTF-8” and choose it again." },
        values: { list: String(form.get("list") ?? ""), role: String(form.get("role") ?? "") },
      };
    form.set("list", text);
  }
  return isChecked ? send(previous, form) : check(previous, form);
}

function textOf(bytes: ArrayBuffer): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\u0000") ? null : text;
  } catch {
    return null;
  }
}
