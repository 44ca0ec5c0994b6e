import type { Context } from "hono";
import type { KeyScope } from "@/server/access/key-scopes";
import { readJson } from "../calls/body";
import { type GatewayEnv, stillBearer } from "./authenticate";

/**
 * Reads the JSON object of a request with a key, of up to a megabyte, and asks anew what the key may do once it is here.
 *
 * @throws Refusal as `readJson` and `stillBearer` do
 */
export async function readJsonOf(c: Context<GatewayEnv>, scope: KeyScope): Promise<Record<string, unknown>> {
  const { incoming } = c.env;
  const body = await readJson(incoming, c.get("bearer").keyId);
  c.set("bearer", await stillBearer(c.get("bearer"), incoming, scope));
  return body;
}
