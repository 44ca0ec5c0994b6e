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
 * Ways to break the product, one at a time, each of which has to turn a test red.
 *
 * - `file`: what is changed; `in`: the function or procedure in it, when the text is not the only one of its kind
 * - `find`: the text, or a pattern, that occurs there exactly once; `replace`: what takes its place. Or one of: `drop`, a
 *   condition that is left out; `allow`, a refusal that is not made; `skip`, a call that is not made
 * - `expectRedIn`: the test files of which at least one test has to fail
 * - `isQuick`: among the few that every `npm test` tries
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
