import type { IncomingHttpHeaders } from "node:http";
import { parse } from "hono/utils/cookie";
import { viewingCookie } from "@/server/access/viewing";
import { type Context, originOf, type SignedIn } from "@/server/api/context";
import { recordRefused } from "@/server/audit/refused";
import { cookieNames } from "@/server/platform/cookies";
import { readViewAs } from "@/server/view-as/cookie";
import { findSession } from "./person";

/**
 * Returns the person and the origin of a request, by Node's own headers, in which the front has replaced values that
 * the client wrote.
 */
export async function contextOf(headers: IncomingHttpHeaders): Promise<Context> {
  const name = cookieNames().session;
  const token = parse(headers.cookie ?? "", name)[name];
  const get = (header: string) => {
    const value = headers[header];
    return typeof value === "string" ? value : null;
  };
  const { person, waiting }: SignedIn = token ? await findSession(token) : { person: null };
  const viewAs = (slug: string) => {
    const cookie = viewingCookie(slug);
    return person && readViewAs(parse(headers.cookie ?? "", cookie)[cookie], person.sessionId, slug);
  };
  return { person, waiting, origin: originOf({ get }), recordRefused, viewAs };
}
