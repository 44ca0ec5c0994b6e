import { headers } from "next/headers";
import { session } from "@/server/auth/session";
import { type Context, originOf } from "./context";

/** The context of the request that Next is answering. */
export async function createContext(): Promise<Context> {
  const [sent, person] = await Promise.all([headers(), session()]);
  return { person, origin: originOf(sent) };
}
