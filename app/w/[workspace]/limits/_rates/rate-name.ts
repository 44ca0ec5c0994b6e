/** Returns what a limit is for, by its model's id; "" is all of them. */
export const rateName = (model: string) => model || "All models together";
