/**
 * A first guess at what somebody is called: "ada.lovelace+x@acme.com" → "Ada Lovelace". They can change it in their
 * account settings.
 */
export function nameFromAddress(email: string): string {
  const local = email.slice(0, email.lastIndexOf("@")).split("+")[0] ?? "";
  const words = local.split(/[^a-z]+/i).filter(Boolean);
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ");
  return (name || local || email).slice(0, 60);
}
