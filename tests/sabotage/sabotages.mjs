import { access } from "./access.mjs";
import { account } from "./account.mjs";
import { answers } from "./answers.mjs";
import { audit } from "./audit.mjs";
import { edges } from "./edges.mjs";
import { files } from "./files.mjs";
import { firstWall } from "./first-wall.mjs";
import { gateway } from "./gateway.mjs";
import { instance } from "./instance.mjs";
import { keys } from "./keys.mjs";
import { metering } from "./metering.mjs";
import { races } from "./races.mjs";
import { reviews } from "./reviews.mjs";
import { rights } from "./rights.mjs";
import { secondWall } from "./second-wall.mjs";
import { signInProviders } from "./sign-in-providers.mjs";

/**
 * Changes that each break the product. At least one test must fail for each of them.
 *
 * - `file`: the changed file; `in`: the function or procedure in it, if the text occurs more than once in the file
 * - `find`: a text or a pattern that occurs there exactly once; `replace`: its replacement. Or one of: `drop`, a
 *   condition that is removed; `allow`, a refusal that is removed; `skip`, a call that is removed
 * - `expectRedIn`: the test files in which at least one test must fail
 * - `isQuick`: whether every `npm test` runs it
 */
export const sabotages = [
  ...firstWall,
  ...secondWall,
  ...access,
  ...keys,
  ...answers,
  ...audit,
  ...account,
  ...signInProviders,
  ...instance,
  ...gateway,
  ...races,
  ...metering,
  ...files,
  ...edges,
  ...reviews,
  ...rights,
].map((sabotage, index) => ({
  ...sabotage,
  isQuick: sabotage.isQuick ?? index === 0,
}));
