/** Returns a text that the database can store: NUL characters and lone surrogates become replacement characters. */
export const storable = (text: string): string =>
  text.replaceAll("\0", "\ufffd").replace(/[\ud800-\udfff]/gu, "\ufffd");
