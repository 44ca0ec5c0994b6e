// The grammar of JSON tokens that are not nested: numbers, literals and escapes, byte by byte.

const [minus, plus, dot, zero, nine, upperE, lowerE] = [45, 43, 46, 48, 57, 69, 101];

/** The states of reading a number, by its last byte. */
const [atMinus, atZero, atWhole, atDot, atFraction, atE, atSign, atExponent] = [0, 1, 2, 3, 4, 5, 6, 7];

/** Returns the state of a number after its first byte, a minus or a digit. */
export const digitsOf = (byte: number): number => (byte === minus ? atMinus : byte === zero ? atZero : atWhole);

/** Returns the state of a number after another byte; -1: the byte does not belong to the number. */
export function afterDigit(digits: number, byte: number): number {
  if (byte >= zero && byte <= nine) {
    if (digits === atMinus) return byte === zero ? atZero : atWhole;
    if (digits === atZero) return -1;
    if (digits === atDot) return atFraction;
    return digits === atE || digits === atSign ? atExponent : digits;
  }
  if (byte === dot) return digits === atZero || digits === atWhole ? atDot : -1;
  if (byte === lowerE || byte === upperE)
    return digits === atZero || digits === atWhole || digits === atFraction ? atE : -1;
  return (byte === minus || byte === plus) && digits === atE ? atSign : -1;
}

/** Whether a number may end in this state. */
export const isWholeNumber = (digits: number): boolean =>
  digits === atZero || digits === atWhole || digits === atFraction || digits === atExponent;

/** Returns the literal that begins with this byte. */
export function literalOf(byte: number): string | undefined {
  if (byte === 116) return "true";
  if (byte === 102) return "false";
  return byte === 110 ? "null" : undefined;
}

/** The bytes that may follow a backslash, except the u that begins four hexadecimal digits. */
export const escapes: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));

/** Whether a byte is a hexadecimal digit. */
export const isHex = (byte: number): boolean =>
  (byte >= zero && byte <= nine) || (byte >= 65 && byte <= 70) || (byte >= 97 && byte <= 102);
