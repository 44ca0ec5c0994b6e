import type { EndpointName } from "@/server/platform/settings/endpoints";
import { conversations } from "./conversations";
import type { Endpoint } from "./endpoint";
import { media } from "./media";
import { texts } from "./texts";

/** All endpoints of `/v1` that a model works on, in the order of docs/api.md. */
export const endpoints: readonly Endpoint[] = [...conversations, ...texts, ...media];

const byName = new Map(endpoints.map((endpoint) => [endpoint.name, endpoint]));

/** Returns the endpoint of this name. */
export function endpointOf(name: EndpointName): Endpoint {
  const found = byName.get(name);
  if (!found) throw new Error(`there is no endpoint ${name}`);
  return found;
}
