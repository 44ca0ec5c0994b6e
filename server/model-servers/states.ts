import { instanceServers } from "./registry";

/** Returns the model servers of the instance by name, and whether each can be reached as far as this process knows. */
export function serverStates(): { name: string; isDown: boolean }[] {
  return instanceServers().map(({ settings, isDown }) => ({ name: settings.name, isDown }));
}
