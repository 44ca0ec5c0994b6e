import { client } from "@/db/client";

const channel = "atelier_keys";

/**
 * Listens to what the database and other instances announce. `onText` gets each text once what it announces is committed; `onListening` is called
 * when listening begins and whenever it begins again after a gap, in which texts were missed. Returns what ends it.
 */
export async function listen(onText: (text: string) => void, onListening: () => void): Promise<() => Promise<void>> {
  const { unlisten } = await client().listen(channel, onText, onListening);
  return unlisten;
}

/** Announces a text to all instances, after every change that was committed before. Nothing is made durable. */
export async function announce(text: string): Promise<void> {
  await client()`select set_config('synchronous_commit', 'off', true), pg_notify(${channel}, ${text})`;
}
