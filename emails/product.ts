/** The name that mails are sent under. One process renders all its mails under one name. */
let current = "Atelier";

/** Returns what the instance is called in mails. */
export const productName = (): string => current;

/** Checks whether mails carry Atelier's own name, and so its mark. */
export const isPlain = (): boolean => current === "Atelier";

/** Sets what the instance is called in the mails that are rendered from then on. */
export function setProductName(name: string): void {
  current = name;
}
