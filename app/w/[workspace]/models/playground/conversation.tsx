import { useEffect, useRef } from "react";
import { formatMoney, formatNumber } from "@/app/_ui/format";
import { Button } from "@/app/_ui/plain-button";
import { Said } from "./said";
import { costOf, type Prices, type Usage } from "./usage";
import type { useConversation } from "./use-conversation";

/** A model that can be selected, or a route, which has no price of its own. */
export type Choice = { id: string; name: string; prices?: Prices; can: Ability };

/** The known abilities of a model; a missing one is unknown. */
export type Ability = { vision?: boolean | undefined; tools?: boolean | undefined };

/** Shows the messages of a conversation with one model, and its usage. */
export function Conversation({
  model,
  pricesOf,
  currency,
  conversation: { turns, isBusy, pieces },
  onRetry,
  onResults,
}: {
  model: Choice;
  /** Returns the prices of a model that a route uses. */
  pricesOf: (model: string) => Prices | undefined;
  currency: string;
  conversation: ReturnType<typeof useConversation>;
  onRetry: () => void;
  /** Called with the results of the tools that the last answer calls. */
  onResults: (results: string[]) => void;
}) {
  const end = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the answer as it is written.
  useEffect(() => {
    const box = end.current?.parentElement;
    if (box && box.scrollHeight - box.scrollTop - box.clientHeight < 160) box.scrollTop = box.scrollHeight;
  }, [turns]);
  const used = turns.reduce(
    (sum, { usage, model: answeredBy }) => ({
      promptTokens: sum.promptTokens + (usage?.promptTokens ?? 0),
      completionTokens: sum.completionTokens + (usage?.completionTokens ?? 0),
      cost: addCost(sum.cost, usage, model.prices ?? (answeredBy === undefined ? undefined : pricesOf(answeredBy))),
    }),
    { promptTokens: 0, completionTokens: 0, cost: 0 as number | null },
  );
  const last = turns.at(-1);
  return (
    <section
      aria-label={`Conversation with ${model.name}`}
      className="flex min-w-0 flex-1 flex-col overflow-hidden rounded-xl border border-hairline bg-surface shadow-card"
    >
      <header className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 border-hairline border-b px-4 py-3">
        <h2 className="min-w-0 truncate text-[0.9375rem]">{model.name}</h2>
        <p className="text-[0.8125rem] text-ink-soft tabular-nums" data-testid="used">
          {formatNumber(used.promptTokens)} in · {formatNumber(used.completionTokens)} out
          {isBusy && pieces > 0 && !last?.usage && ` + ~${formatNumber(pieces)}`}{" "}
          {used.cost !== null && `· ${formatMoney(used.cost, currency)}`}
        </p>
      </header>
      <div
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        role="log"
        aria-label={`Conversation with ${model.name}`}
        aria-busy={isBusy}
        className="flex h-[max(14rem,calc(100dvh-34rem))] flex-1 flex-col gap-4 overflow-y-auto p-4 focus-visible:-outline-offset-2"
      >
        {turns.length === 0 && <p className="m-auto text-ink-faint">No messages yet.</p>}
        {turns.map((turn, index) => (
          <Said
            // biome-ignore lint/suspicious/noArrayIndexKey: turns are only added at the end.
            key={index}
            turn={turn}
            isWriting={isBusy && index === turns.length - 1}
            onResults={!isBusy && index === turns.length - 1 && !turn.problem ? onResults : undefined}
          />
        ))}
        {last?.problem && !isBusy && (
          <Button size="sm" onClick={onRetry} className="self-start">
            Ask again
          </Button>
        )}
        <div ref={end} />
      </div>
    </section>
  );
}

/** Adds a cost to a sum; null when either is unknown. */
function addCost(sum: number | null, usage: Usage | undefined, prices: Prices | undefined): number | null {
  if (!usage || sum === null) return sum;
  return prices ? sum + costOf(prices, usage) : null;
}
