/** One way to break the product: see sabotages.mjs. */
export type Sabotage = {
  name: string;
  file: string;
  in?: string;
  find?: string | RegExp;
  replace?: string;
  drop?: string;
  allow?: string;
  skip?: string;
  expectRedIn: string[];
  isQuick?: boolean;
};

/**
 * The file's text with the sabotage done.
 *
 * @throws a sentence when the code has changed, so that there is not exactly one place to do it
 */
export function sabotaged(text: string, sabotage: Pick<Sabotage, "file"> & Partial<Sabotage>): string;
