import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { formatCount, formatExact, formatMoney, formatNumber } from "@/app/_ui/format";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import type { Api } from "@/server/composition/caller";
import { filePaths } from "@/server/files/input";
import { makerOf } from "../../maker-of";
import { isOver, RequestProgress } from "../batch-words";

type Batch = Awaited<ReturnType<Api["batches"]["get"]>>;
type Fact = [name: string, value: string];

/** Shows the progress and the cost of a batch, and offers its results as files. */
export function ProgressCard({ slug, batch }: { slug: string; batch: Batch }) {
  const { status, total, promptTokens, completionTokens, cost, estimatedCost, currency } = batch;
  const { outputFileId, errorFileId } = batch;
  const money = (micro: number) => formatMoney(micro, currency);
  const facts: Fact[] = [
    ["Estimate", estimatedCost === null ? "–" : `at most about ${money(estimatedCost)}`],
    [isOver(status) ? "Cost" : "Cost so far", money(cost)],
    ["Tokens", `${formatNumber(promptTokens)} in, ${formatNumber(completionTokens)} out`],
  ];
  return (
    <Card title="Progress" description={sentences[status]}>
      <div className="flex flex-col gap-4">
        {total > 0 && <RequestProgress {...batch} label="Progress of the batch" />}
        <Facts facts={facts} />
        {(outputFileId !== null || errorFileId !== null) && (
          <div className="flex flex-wrap gap-2">
            {outputFileId !== null && (
              <LinkButton variant="primary" href={filePaths.download(slug, outputFileId)}>
                Download results
              </LinkButton>
            )}
            {errorFileId !== null && (
              <LinkButton href={filePaths.download(slug, errorFileId)}>Download errors</LinkButton>
            )}
          </div>
        )}
        {!isOver(status) && (
          <p className="hidden text-[0.8125rem] text-ink-soft noscript:block">Reload the page to see its progress.</p>
        )}
      </div>
    </Card>
  );
}

/** Shows the settings of a batch, its creator and its deadline. */
export function SettingsCard({ batch }: { batch: Batch }) {
  const { endpoint, model, inputName, createdAt, startedAt, endedAt, expiresAt, status, id, metadata } = batch;
  const facts: Fact[] = [
    ["Endpoint", endpoint],
    ...(model === null ? [] : ([["Model", model]] as Fact[])),
    ["File", inputName ?? "A file that only its uploader sees"],
    ...Object.entries(metadata ?? {}),
    ["Created", `${formatExact(createdAt)} by ${makerOf(batch)}`],
    ...(startedAt ? ([["Started", formatExact(startedAt)]] as Fact[]) : []),
    ...(endedAt ? ([["Ended", formatExact(endedAt)]] as Fact[]) : []),
    ...(isOver(status) ? [] : ([["Expires", formatExact(expiresAt)]] as Fact[])),
    ["Id", id],
  ];
  return (
    <Card title="Settings">
      <Facts facts={facts} />
    </Card>
  );
}

/** Lists why a batch failed: the line numbers with their errors. */
export function ErrorsCard({ errors }: { errors: NonNullable<Batch["errors"]> }) {
  const columns = [{ label: "Line", align: "end" as const }, { label: "Error" }, { label: "Code" }];
  return (
    <Card isFlush title="Errors" description={formatCount(errors.length, "error")}>
      <Table label="Errors of the batch" columns={columns}>
        {errors.map(({ line, message, code, param }) => (
          <TableRow key={`${line} ${code} ${param}`}>
            <TableCell label="Line" align="end" className="figures">
              {line === null ? "–" : formatNumber(line)}
            </TableCell>
            <TableCell kind="primary">
              <span className="wrap-anywhere">{message}</span>
            </TableCell>
            <TableCell label="Code" className="text-ink-soft">
              <span className="wrap-anywhere font-mono text-[0.8125rem]">{code}</span>
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </Card>
  );
}

function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="wrap-anywhere text-ink-soft">{name}</dt>
          <dd className="figures wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const sentences = {
  validating: "Every line is checked before the first is sent. Nothing is charged for that.",
  in_progress: "Requests are being sent. Each is charged like any other request.",
  finalizing: "The answers are being written to files.",
  completed: "Every request was answered.",
  failed: "It was not started, or was stopped. Answers received so far are in its results.",
  expired: "It did not finish in time. Answers received are in its results, unsent requests in its errors.",
  cancelling: "Requests in progress are completed. Their answers will be in its results.",
  cancelled: "It was cancelled. Answers received are in its results, unsent requests in its errors.",
} as const;
