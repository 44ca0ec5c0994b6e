/** Escapes text for a LIKE pattern that matches just that text. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
