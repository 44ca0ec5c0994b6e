/** How many numbers an embedding has. */
export const embeddingDimensions = 256;

/**
 * Returns the embedding of a text, a unit vector. Words and their letter 3- to 5-grams are hashed to a dimension and a
 * sign, weighted by the logarithm of their frequency. Texts that share words or parts of words get similar vectors. No
 * meaning is learnt.
 */
export function embed(text: string): Float32Array {
  const counts = new Map<string, number>();
  const add = (feature: string) => counts.set(feature, (counts.get(feature) ?? 0) + 1);
  for (const [word] of text
    .normalize("NFKC")
    .toLowerCase()
    .matchAll(/[\p{L}\p{N}]{1,64}/gu)) {
    const padded = `<${word}>`;
    add(padded);
    for (let size = 3; size <= 5; size++) {
      for (let i = 0; i + size <= padded.length; i++) add(padded.slice(i, i + size));
    }
  }
  // A text without words still needs a direction, which comes from its characters.
  if (counts.size === 0) add(`=${text.slice(0, 1_000)}`);

  const vector = new Float64Array(embeddingDimensions);
  for (const [feature, count] of counts) {
    const hash = fnv1a(feature);
    const dimension = hash % embeddingDimensions;
    const isWhole = feature.startsWith("<") && feature.endsWith(">");
    const weight = (isWhole ? 2 : 1) * (1 + Math.log(count));
    vector[dimension] = (vector[dimension] as number) + (hash & 0x8000_0000 ? -weight : weight);
  }
  const norm = Math.hypot(...vector);
  if (norm === 0) vector[0] = 1;
  return Float32Array.from(vector, (value) => value / (norm || 1));
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  // The low bits of FNV-1a alone are too alike for short strings.
  return (hash ^ (hash >>> 15)) >>> 0;
}
