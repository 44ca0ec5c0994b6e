/** Slugs that no workspace can have, because they would look like pages of Atelier itself. */
const reserved = new Set([
  ...["about", "account", "admin", "administrator", "api", "app", "assets", "atelier", "auth", "billing", "blog"],
  ...["console", "contact", "create", "dashboard", "delete", "deleted", "dev", "docs", "edit", "favicon", "health"],
  ...["help", "home", "icon", "invite", "join", "legal", "link", "login", "logout", "mailbox", "me", "new", "null"],
  ...["official", "pricing", "privacy", "public", "root", "search", "security", "settings", "sign-in", "sign-out"],
  ...["sign-up", "static", "status", "support", "system", "terms", "undefined", "v1", "welcome", "workspaces", "www"],
]);

/** Checks whether a slug is a reserved word. */
export function isReserved(slug: string): boolean {
  return reserved.has(slug);
}
