import type { Route } from "next";
import { Badge } from "@/app/_ui/badge";
import { formatUtcDay } from "@/app/_ui/format";
import { Link } from "@/app/_ui/link";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { modelHref } from "@/app/w/[workspace]/_shared/model-href";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { context, price } from "./model-figures";

type Row = RowOf<Outputs["models"]["base"]>;

const columns = [
  { label: "Model" },
  { label: "Can" },
  { label: "Context", align: "end" as const },
  { label: "Price", align: "end" as const },
];

const abilities = {
  completion_chat: "chat",
  completion_fim: "fill in code",
  function_calling: "call functions",
  vision: "see",
  classification: "classify",
  embeddings: "embed",
  rerank: "rank",
  reasoning: "reason",
  audio: "hear",
  audio_transcription: "transcribe",
  audio_speech: "speak",
  ocr: "read documents",
  moderation: "moderate",
  fine_tuning: "be fine-tuned",
};

/** Draws a row per base model that the model servers offer to all workspaces. */
export function BaseTable({ slug, rows, currency }: { slug: string; rows: Row[]; currency: string }) {
  return (
    <Table label="Base models" columns={columns} isList isCompact>
      {rows.map((model) => (
        <TableRow key={model.id}>
          <TableCell kind="primary">
            <p className="wrap-anywhere">
              <Link href={modelHref(slug, model.id) as Route} className="font-medium hover:underline">
                {model.id}
              </Link>
              {model.retirement && (
                <span className="ml-2 inline-block align-middle">
                  <Badge tone={model.retirement.isOver ? "danger" : "warning"}>
                    {model.retirement.isOver ? "Retired" : `Ends ${formatUtcDay(model.retirement.retiresAt)}`}
                  </Badge>
                </span>
              )}
            </p>
            {model.aliases.length > 0 && (
              <p className="wrap-anywhere text-[0.8125rem] text-ink-soft">also {model.aliases.join(", ")}</p>
            )}
          </TableCell>
          <TableCell label="Can" className="text-ink-soft">
            {abilitiesOf(model.capabilities)}
          </TableCell>
          <TableCell label="Context" align="end" className="figures text-ink-soft">
            {context(model.contextLength)}
          </TableCell>
          <TableCell label="Price" align="end" isGlance className="figures whitespace-nowrap text-ink-soft">
            {price(model, currency)}
          </TableCell>
        </TableRow>
      ))}
    </Table>
  );
}

/** Returns the known capabilities of a model as text. */
export function abilitiesOf(capabilities: Record<string, boolean | undefined>): string {
  const can = Object.entries(abilities).flatMap(([name, text]) => (capabilities[name] ? [text] : []));
  return can.length > 0 ? can.join(", ") : "Not stated";
}
