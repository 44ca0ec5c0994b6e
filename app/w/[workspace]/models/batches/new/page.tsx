import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { SelectField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatBytes, formatCount, formatRelative } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { whoMay } from "@/app/w/[workspace]/_shared/permission";
import { RequestAccess } from "@/app/w/[workspace]/_shared/request-access";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { batchPaths } from "@/server/batches/input";
import { api } from "@/server/composition/caller";
import { ModelTabs } from "../../tabs";
import { createBatch } from "../actions";

export const metadata: Metadata = { title: "New batch" };

type Props = { params: Promise<{ workspace: string }>; searchParams: Promise<{ file?: string | string[] }> };

export default async function NewBatch({ params, searchParams }: Props) {
  const [{ workspace: slug }, { file }] = await Promise.all([params, searchParams]);
  const { permissions } = await workspaceHere(slug);
  return (
    <>
      <PageHeader
        title="New batch"
        purpose="Send the requests of a file one by one. Every line is checked before the first is sent."
      />
      <ModelTabs slug={slug} current="Batches" />
      {permissions.includes("model:use") ? (
        <Described slug={slug} chosen={typeof file === "string" ? file : undefined} />
      ) : (
        <NotYours slug={slug} />
      )}
    </>
  );
}

async function Described({ slug, chosen }: { slug: string; chosen: string | undefined }) {
  const { batches } = await api();
  const { files } = await batches.choices({ workspace: slug });
  if (files.length === 0)
    return (
      <Card isFlush>
        <EmptyState
          title="No files with requests"
          action={<LinkButton href={`/w/${slug}/models/files?dialog=upload`}>Upload a file</LinkButton>}
        >
          First upload a JSONL file for a batch. Every line has a custom_id, the method POST, the url of the endpoint,
          and the body of the request.
        </EmptyState>
      </Card>
    );
  const isThere = files.some(({ id }) => id === chosen);
  return (
    <Card>
      <Form action={createBatch} className="max-w-160">
        <HiddenFields values={{ workspace: slug }} />
        <SelectField
          label="File"
          name="fileId"
          defaultValue={isThere ? chosen : files[0]?.id}
          options={files.map(({ id, filename, bytes, lines, createdAt, visibility }) => ({
            value: id,
            label: filename,
            hint: [
              formatBytes(bytes),
              ...(lines === null ? [] : [formatCount(lines, "request")]),
              `uploaded ${formatRelative(createdAt)}`,
              ...(visibility === "user" ? ["only you see it"] : []),
            ].join(", "),
          }))}
        />
        <SelectField
          label="Endpoint"
          name="endpoint"
          defaultValue={batchPaths[0]}
          options={batchPaths.map((path) => ({ value: path, label: path }))}
        />
        <p className="text-[0.8125rem] text-ink-soft">
          The requests count against your limits and the workspace's. Their maximum cost is shown when all lines are
          checked. A batch that does not finish within 24 hours expires.
        </p>
        <div>
          <SubmitButton variant="primary" pendingLabel="Creating…">
            Create batch
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

async function NotYours({ slug }: { slug: string }) {
  const { members } = await api();
  return (
    <Notice
      title={whoMay("model:use", await members.admins({ workspace: slug }))}
      action={<RequestAccess slug={slug} permission="model:use" />}
    />
  );
}
