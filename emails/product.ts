/** The product name in mails. It is global: a process renders all its mails with one name. */
let current = "Atelier";

/** Returns the instance's name in mails. */
export const productName = (): string => current;

/** Checks whether mails use the name Atelier. Only then do they show Atelier's mark. */
export const isPlain = (): boolean => current === "Atelier";

/** Sets the instance's name for the mails that are rendered afterwards. */
export function setProductName(name: string): void {
  current = name;
}
