/** Returns a text as the database takes it: a NUL, and half of a pair of UTF-16, become a replacement character. */
export const storable = (text: string): string =>
  text.replaceAll("\0", "\ufffd").replace(/[\ud800-\udfff]/gu, "\ufffd");
