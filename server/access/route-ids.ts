/** How the ids of routes begin: `route/NAME`. No model is offered by such an id, so that none ever collides with a route. */
export const routePrefix = "route/";

/** As what a route is asked for while it is tried before it is saved. No route can have this name. */
export const trialRoute = "route/-trial";

/** Checks whether the name of a model, as a program asks for it, is that of a route. */
export const isRouteId = (id: string): boolean => id.startsWith(routePrefix);
