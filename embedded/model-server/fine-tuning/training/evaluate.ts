import { distribution, type Layer } from "../../language-model/n-gram";
import { isGraded } from "./dataset";

/** How well counts predict samples. */
export interface Evaluation {
  /** Mean negative log probability of a token, in nats. */
  loss: number;
  /** The share of tokens that were predicted as the most likely one, from 0 to 1. */
  accuracy: number;
}

/**
 * Predicts each graded token of the samples (the assistant's messages, or all of a text) from the tokens before it, for
 * at most `mostTokens` tokens; undefined: there are none. Takes about 10 µs per token.
 */
export function evaluate(
  layers: readonly Layer[],
  samples: Iterable<Uint16Array>,
  mostTokens: number,
): Evaluation | undefined {
  const reach = Math.max(0, ...layers.map(({ nGrams }) => nGrams.order - 1));
  const buffer = new Float64Array(layers[0]?.nGrams.vocabularySize ?? 0);
  let sum = 0;
  let hits = 0;
  let tokens = 0;
  for (const sample of samples) {
    if (tokens >= mostTokens) break;
    for (const [index, grades] of isGraded(sample).entries()) {
      if (!grades || tokens >= mostTokens) continue;
      const probabilities = distribution(
        layers,
        Array.from(sample.subarray(Math.max(0, index - reach), index)),
        undefined,
        buffer,
      );
      const probability = probabilities[sample[index] as number] ?? 0;
      sum -= Math.log(probability);
      if (probabilities.every((other) => other <= probability)) hits++;
      tokens++;
    }
  }
  return tokens === 0 ? undefined : { loss: sum / tokens, accuracy: hits / tokens };
}
