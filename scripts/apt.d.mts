/** Installs one of the sets of Debian packages. Resolves to whether that worked. */
export function installByApt(alternatives: string[][]): Promise<boolean>;
