import type { Locator } from "@playwright/test";

/**
 * Returns what a form would send, with React's own fields that say which action it is: to be posted by hand. Only a page that
 * was opened without JavaScript has those.
 */
export async function formFields(form: Locator): Promise<FormData> {
  const fields = await form
    .locator("[name]")
    .evaluateAll((controls) =>
      controls
        .filter((control) => !(control instanceof HTMLInputElement && control.type === "radio" && !control.checked))
        .map((control) => [control.getAttribute("name") ?? "", (control as HTMLInputElement).value ?? ""] as const),
    );
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  return data;
}
