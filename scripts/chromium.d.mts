export const withoutWindow: string;
export const withWindow: string[];
/** Returns the path of the Chromium to use: the one named, the driver's own if it is there (then undefined), or the system's. */
export function chromiumPath(driversOwn: string): string | undefined;
export const switchedOff: string[];
export const sandboxArgs: string[];
