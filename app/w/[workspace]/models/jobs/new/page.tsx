import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { formatBytes, formatCount, formatRelative } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { whoMay } from "@/app/w/[workspace]/_shared/permission";
import { RequestAccess } from "@/app/w/[workspace]/_shared/request-access";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { api } from "@/server/composition/caller";
import { ModelTabs } from "../../tabs";
import { JobForm, type Prefilled } from "./job-form";

export const metadata: Metadata = { title: "New fine-tuning job" };

type Query = Partial<Record<"model" | "file" | "suffix" | "steps" | "rate" | "start", string | string[]>>;
type Props = { params: Promise<{ workspace: string }>; searchParams: Promise<Query> };

export default async function NewJob({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { permissions } = await workspaceHere(slug);
  return (
    <>
      <PageHeader
        title="New fine-tuning job"
        purpose="Train a copy of a base model on your examples. You see what it costs before anything is trained."
      />
      <ModelTabs slug={slug} current="Fine-tuning jobs" />
      {permissions.includes("model:fine-tune") ? <Described slug={slug} query={query} /> : <NotYours slug={slug} />}
    </>
  );
}

async function Described({ slug, query }: { slug: string; query: Query }) {
  const { fineTuning } = await api();
  const { bases, files } = await fineTuning.choices({ workspace: slug });
  if (bases === null)
    return (
      <Notice
        tone="warning"
        title="The model server does not answer"
        action={<LinkButton href={`/w/${slug}/models/jobs/new`}>Try again</LinkButton>}
      >
        The list of models for fine-tuning is not available right now.
      </Notice>
    );
  if (bases.length === 0)
    return (
      <Card isFlush>
        <EmptyState title="No models for fine-tuning">
          None of this Atelier's model servers offers fine-tuning. Its operator can connect one that does.
        </EmptyState>
      </Card>
    );
  if (files.length === 0)
    return (
      <Card isFlush>
        <EmptyState
          title="No files to train on"
          action={<LinkButton href={`/w/${slug}/models/files?dialog=upload`}>Upload a file</LinkButton>}
        >
          Upload your examples first: a JSONL file with a conversation per line.
        </EmptyState>
      </Card>
    );
  return (
    <Card>
      <JobForm
        slug={slug}
        prefilled={prefilledBy(query)}
        bases={bases.map(({ id, description }) => ({ id, description }))}
        files={files.map(({ id, filename, bytes, lines, createdAt, visibility }) => ({
          id,
          filename,
          detail: [
            formatBytes(bytes),
            ...(lines === null ? [] : [formatCount(lines, "line")]),
            `uploaded ${formatRelative(createdAt)}`,
            ...(visibility === "user" ? ["only you see it"] : []),
          ].join(", "),
        }))}
      />
    </Card>
  );
}

async function NotYours({ slug }: { slug: string }) {
  const { members } = await api();
  return (
    <Notice
      title={whoMay("model:fine-tune", await members.admins({ workspace: slug }))}
      action={<RequestAccess slug={slug} permission="model:fine-tune" />}
    />
  );
}

function prefilledBy({ model, file, suffix, steps, rate, start }: Query): Prefilled {
  const one = (value: string | string[] | undefined) => (typeof value === "string" ? value : undefined);
  return {
    model: one(model),
    files: [file ?? []].flat(),
    suffix: one(suffix),
    steps: one(steps),
    rate: one(rate),
    isAutoStart: one(start) !== "wait",
  };
}
