/** Returns the name of a limit by its model's id; "" is the limit of all models together. */
export const rateName = (model: string) => model || "All models together";
