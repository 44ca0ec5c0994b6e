/** Deeper than any answer is, and than encryption and signatures make it. */
const deepest = 40;
const mostElements = 8_000;
const mostAttributes = 40;
/** Of all elements, the squares of how many are in each: 1,500 values of one attribute. Active Directory has 1,015 groups of a person at most. */
const mostSquares = 1_500 ** 2;

/**
 * Refuses XML whose elements are nested, listed or named so that the libraries need much longer than for others of its length: before any signature is
 * verified they look for names with XPath, which takes the square of how many elements are beside each other.
 *
 * @throws Error
 */
export function checkShape(xml: string): void {
  const open = [0];
  let [elements, squares] = [0, 0];
  for (let at = xml.indexOf("<"); at !== -1; ) {
    if (xml[at + 1] === "/" || xml[at + 1] === "?") {
      if (xml[at + 1] === "/") open.pop();
      at = xml.indexOf("<", at + 2);
      continue;
    }
    const { end, attributes } = endOfTag(xml, at);
    const before = open.pop() ?? 0;
    squares += 2 * before + 1;
    open.push(before + 1);
    if (xml[end - 1] !== "/") open.push(0);
    elements++;
    if (open.length > deepest || attributes > mostAttributes || elements > mostElements || squares > mostSquares)
      throw new Error("the XML has too many elements or attributes, or is nested too deeply. Send fewer groups");
    at = xml.indexOf("<", end);
  }
}

/** Returns where a tag ends, which is not within a quoted value, and how many of these it has. */
function endOfTag(xml: string, start: number): { end: number; attributes: number } {
  let [end, attributes] = [start + 1, 0];
  while (end < xml.length && xml[end] !== ">") {
    const quote = xml[end];
    if (quote === '"' || quote === "'") {
      attributes++;
      const closed = xml.indexOf(quote, end + 1);
      if (closed === -1) return { end: xml.length, attributes };
      end = closed;
    }
    end++;
  }
  return { end, attributes };
}
