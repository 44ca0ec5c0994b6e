/** Puts text on the clipboard; false where that cannot be done. The clipboard needs https; a console on a plain-http intranet has the older way. */
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
