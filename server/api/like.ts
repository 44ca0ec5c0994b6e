/** Escapes a text so that a LIKE pattern matches exactly this text. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
