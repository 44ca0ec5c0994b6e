/** Text as a LIKE pattern that means just that text. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
