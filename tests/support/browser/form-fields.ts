import type { Locator } from "@playwright/test";

/**
 * Returns the data that a form would send, including React's fields that name its action, so that a test can post it.
 * Only a page that was opened without JavaScript has these fields.
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
