/** The deepest allowed nesting: more than any answer has, with encryption and signatures. */
const deepest = 40;
const mostElements = 8_000;
const mostAttributes = 40;
/**
 * The limit for the sum, over all elements, of the squared number of their children: it allows 1,500 values of one
 * attribute. Active Directory allows at most 1,015 groups per person.
 */
const mostSquares = 1_500 ** 2;

/**
 * Refuses XML whose elements are nested, listed or named so that the libraries would need much longer than for other
 * XML of its length: before a signature is verified they search names with XPath, in time that grows with the square of
 * the number of siblings.
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

/** Returns where a tag ends, ignoring `>` in quoted values, and the number of its attributes. */
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
