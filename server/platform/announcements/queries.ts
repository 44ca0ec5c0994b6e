import { client } from "@/db/client";

const channel = "atelier_keys";

/**
 * Listens to announcements of the database and of other instances. `onText` gets each text after its transaction has
 * committed. `onListening` is called when listening begins, and when it begins again after a gap in which texts were
 * missed. Returns a function that stops listening.
 */
export async function listen(onText: (text: string) => void, onListening: () => void): Promise<() => Promise<void>> {
  const { unlisten } = await client().listen(channel, onText, onListening);
  return unlisten;
}

/**
 * Announces a text to all instances. It arrives after the announcements of all earlier commits. The transaction does
 * not wait for the disk, because it writes nothing.
 */
export async function announce(text: string): Promise<void> {
  await client()`select set_config('synchronous_commit', 'off', true), pg_notify(${channel}, ${text})`;
}
