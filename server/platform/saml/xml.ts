import { DOMParser } from "@xmldom/xmldom";

export const namespaces = {
  protocol: "urn:oasis:names:tc:SAML:2.0:protocol",
  assertion: "urn:oasis:names:tc:SAML:2.0:assertion",
  metadata: "urn:oasis:names:tc:SAML:2.0:metadata",
  signature: "http://www.w3.org/2000/09/xmldsig#",
  encryption: "http://www.w3.org/2001/04/xmlenc#",
} as const;
type Namespace = keyof typeof namespaces;

/** Matches a declaration of a document type or of anything in one, such as entities. */
const documentType = /<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i;

/** Checks whether a text declares a document type or entities. Call it before any parser reads the text. */
export function declaresType(text: string): boolean {
  return documentType.test(text);
}

/**
 * Parses an XML document. Nothing is fetched, and only the entities of XML itself are known.
 *
 * @throws Error when the text is not well-formed XML, or declares a document type
 */
export function readXml(text: string): Document {
  if (declaresType(text)) throw new Error("XML with a document type or entities is not read");
  const fail = (message: string): never => {
    throw new Error(`this is no well-formed XML: ${message.split("\n")[0]?.slice(0, 200)}`);
  };
  const errorHandler = { warning: fail, error: fail, fatalError: fail };
  const document: Document | undefined = new DOMParser({ locator: {}, errorHandler }).parseFromString(text, "text/xml");
  if (!document?.documentElement) return fail("there is no element");
  return document;
}

/** Checks whether an element has this name in this namespace, with any prefix. */
export function isNamed(element: Element | null, namespace: Namespace, name: string): boolean {
  return element?.localName === name && element.namespaceURI === namespaces[namespace];
}

/** Returns the children of an element that have a name in a namespace. */
export function childrenOf(element: Element, namespace: Namespace, name: string): Element[] {
  return Array.from(element.childNodes as unknown as ArrayLike<Element>).filter(
    (child) => child.nodeType === 1 && isNamed(child, namespace, name),
  );
}

/** Returns all descendants that have a name in a namespace. */
export function elementsOf(within: Document | Element, namespace: Namespace, name: string): Element[] {
  return Array.from(within.getElementsByTagNameNS(namespaces[namespace], name));
}

/** Returns an element and all its descendants. */
export function elementsIn(element: Element): Element[] {
  return [element, ...Array.from(element.getElementsByTagName("*"))];
}

/** Returns an element's text without space around it. */
export function textOf(element: Element | undefined): string {
  return element?.textContent?.trim() ?? "";
}

/** Returns an attribute; undefined: it is not there. */
export function attributeOf(element: Element, name: string): string | undefined {
  return element.hasAttribute(name) ? (element.getAttribute(name) ?? undefined) : undefined;
}

/** Returns the values of all attributes with a name, in any namespace. */
export function attributesOf(element: Element, name: string): string[] {
  return Array.from(element.attributes)
    .filter(({ localName }) => localName === name)
    .map(({ value }) => value);
}
