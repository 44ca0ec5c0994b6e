import { cookies, headers } from "next/headers";
import { viewingCookie } from "@/server/access/viewing";
import { type Context, originOf } from "@/server/api/context";
import { recordRefused } from "@/server/audit/refused";
import { readViewAs } from "@/server/view-as/cookie";
import { whoIsHere } from "./session";

/** Returns the context of the request that Next is answering. */
export async function createContext(): Promise<Context> {
  const [sent, jar, { person, waiting }] = await Promise.all([headers(), cookies(), whoIsHere()]);
  const viewAs = (slug: string) => person && readViewAs(jar.get(viewingCookie(slug))?.value, person.sessionId, slug);
  return { person, waiting, origin: originOf(sent), recordRefused, viewAs };
}
