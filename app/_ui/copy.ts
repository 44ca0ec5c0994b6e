/**
 * Copies text to the clipboard. Returns false when that fails. The clipboard API needs https, so on plain http, as on
 * an intranet, the older way is used.
 */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    const parent = document.querySelector("dialog:modal") ?? document.body;
    const focused = document.activeElement;
    area.value = text;
    area.readOnly = true;
    area.className = "sr-only";
    parent.append(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return isCopied;
  }
}
