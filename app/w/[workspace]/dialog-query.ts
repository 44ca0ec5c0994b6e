/** Returns what `?dialog=` says: which dialog, and what a row's menu item (`RowMenuItem`) says it is about. */
export function readDialog(value: string | undefined): { dialog: string | undefined; about: string | undefined } {
  const [, dialog, about] = /^([^:]*)(?::(.*))?$/s.exec(value ?? "") ?? [];
  return { dialog: dialog || undefined, about };
}
