/** Returns the address of the page with the spending limits of a subject: "workspace", "member:ID", "key:ID", "model:ID" or "tag:NAME". */
export function spendingHref(slug: string, of: string, more: Record<string, string> = {}): string {
  return `/w/${slug}/limits/spending?${new URLSearchParams({ of, ...more })}`;
}
