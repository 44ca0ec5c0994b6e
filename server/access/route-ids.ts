/**
 * The prefix of the ids of routes: `route/NAME`. No model has an id that begins so, so a model and a route never have
 * the same id.
 */
export const routePrefix = "route/";

/** The id under which a route is tried before it is saved. No saved route can have this name. */
export const trialRoute = "route/-trial";

/** Checks whether the model name in a request is the id of a route. */
export const isRouteId = (id: string): boolean => id.startsWith(routePrefix);
