import type { Metadata } from "next";
import { Card } from "@/app/_ui/card";
import { CodeBlock } from "@/app/_ui/code-block";
import { DialogButton } from "@/app/_ui/dialog-button";
import { DownloadLink } from "@/app/_ui/download-link";
import { EmptyState } from "@/app/_ui/empty-state";
import { FilterBar } from "@/app/_ui/filter-bar";
import { Flash } from "@/app/_ui/flash";
import { formatCountUpTo } from "@/app/_ui/format";
import { FileText, Upload } from "@/app/_ui/icons";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import {
  chosenOf,
  type ListQuery,
  listInput,
  orderOf,
  pagerOf,
  partsOf,
  placeOf,
  type QueryValue,
  readDialog,
  totalOf,
  withQuery,
} from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { SelectionDialog } from "@/app/_ui/selection-dialog";
import { whoMay } from "@/app/w/[workspace]/_shared/permission";
import { RequestAccess } from "@/app/w/[workspace]/_shared/request-access";
import { api } from "@/server/composition/caller";
import { filePaths, longestFile, mostCounted } from "@/server/files/input";
import { ModelTabs } from "../tabs";
import { removeFiles } from "./actions";
import { DeleteDialog, DetailsDialog } from "./file-dialogs";
import { kindOf } from "./file-words";
import { FilesTable } from "./files-table";
import { refusedIn } from "./refused-upload";
import { formats, sampleFile } from "./sample";
import { AskForRoom, UploadDialog } from "./upload-dialog";

export const metadata: Metadata = { title: "Files" };

const news = new Map(
  Object.entries({
    uploaded: "File uploaded. All lines are valid.",
    deleted: "File deleted.",
  }),
);

type Props = {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<
    ListQuery & { dialog?: string; done?: string; refused?: string; lines?: string; chosen?: QueryValue }
  >;
};

export default async function Files({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { members, files } = await api();
  const { dialog, about } = readDialog(query.dialog);
  const isAboutOne = (dialog === "details" || dialog === "delete") && /^[0-9a-f-]{36}$/.test(about ?? "");
  const [page, file] = await Promise.all([
    files.list({ workspace: slug, ...listInput(query), ...orderOf(query) }),
    isAboutOne ? files.get({ workspace: slug, fileId: about ?? "" }) : undefined,
  ]);
  const { mayManage } = page;
  const reason = mayManage ? undefined : whoMay("file:manage", await members.admins({ workspace: slug }));
  const path = filePaths.page(slug);
  const search = partsOf(query, ["q", "order"]);
  const here = withQuery(path, { ...search, ...placeOf(query), ...partsOf(query, ["page"]) });
  const chosen = chosenOf(page.rows, query.chosen, ({ id }) => id);
  const refused = refusedIn(query.refused, query.lines);
  const askHref = `/w/${slug}/limits?of=ceiling&measure=files#more`;
  const isUploading = dialog === "upload" && mayManage;
  const rows = page.rows.map(({ sha256, keyName, keyId, purpose, sampleType, ...row }) => ({
    ...row,
    kind: kindOf({ purpose, sampleType }),
    href: filePaths.download(slug, row.id),
  }));
  const sample = (
    <DownloadLink fileName="sample.jsonl" text={sampleFile}>
      Download a sample file
    </DownloadLink>
  );
  return (
    <>
      <Flash news={news} done={query.done} />
      {refused && !isUploading && (
        <Notice tone="danger" className="mb-6">
          {refused.message} {refused.reason === "workspace_full" && <AskForRoom href={askHref} />}
        </Notice>
      )}
      <PageHeader
        title="Files"
        purpose="Training data for fine-tuning, and the input and output of batches. Files are checked line by line during upload."
        action={
          <>
            {!mayManage && <RequestAccess slug={slug} permission="file:manage" />}
            <DialogButton
              variant="primary"
              icon={<Upload />}
              dialog="upload"
              href={withQuery(path, { ...search, dialog: "upload" })}
              {...(reason === undefined ? {} : { disabledReason: reason })}
            >
              Upload file
            </DialogButton>
          </>
        }
      />
      <ModelTabs slug={slug} current="Files" />
      <div className="flex flex-col gap-6">
        <Card
          isFlush
          title="Uploaded files"
          description={formatCountUpTo(page.total, mostCounted, "file")}
          footer={
            <Pager
              {...pagerOf(path, search, page, query, {
                total: totalOf(page.total, mostCounted, query.q !== undefined),
              })}
            />
          }
        >
          {page.total > 0 && (
            <FilterBar
              action={path}
              label="Filter files"
              search={{ label: "Search files", placeholder: "Name or id", value: query.q }}
              keep={partsOf(query, ["order"])}
            />
          )}
          {rows.length > 0 ? (
            <FilesTable
              rows={rows}
              here={here}
              reason={reason}
              sorting={{ path, kept: search, sort: "newest", otherwise: "newest", ...orderOf(query) }}
            />
          ) : search.q ? (
            <EmptyState title="No file found">No file's name contains “{search.q}”.</EmptyState>
          ) : (
            <EmptyState icon={<FileText />} title="No files yet" action={sample}>
              {mayManage
                ? "Upload a JSONL file with a conversation on every line: a question, and the answer that the model should give. Then fine-tune a model with it."
                : "There are no files in this workspace that you can see."}
            </EmptyState>
          )}
        </Card>
        <Card
          title="What a file looks like"
          description="JSONL: UTF-8 with one JSON object per line, all of one kind. Each conversation has at least one assistant message, which the model learns."
          footer={
            <>
              <span>Programs upload with POST /v1/files and a key that has the scope files.</span>
              {page.total > 0 && sample}
            </>
          }
        >
          <CodeBlock label="What a file looks like" samples={formats} />
        </Card>
      </div>
      {mayManage && (
        <UploadDialog
          here={here}
          action={filePaths.upload(slug)}
          isOpen={isUploading}
          refused={isUploading ? refused : undefined}
          askHref={askHref}
          longest={longestFile}
        />
      )}
      {mayManage && dialog === "delete-many" && query.chosen && (
        <SelectionDialog
          id="delete-many"
          title="Delete the selected files?"
          description="They are permanently deleted. Files that a running job or batch reads are kept."
          closeHref={here}
          rows={chosen.map(({ id, filename }) => ({ id, name: filename }))}
          name="fileIds"
          action={removeFiles}
          fields={{ workspace: slug }}
          submitLabel="Delete"
          pendingLabel="Deleting…"
        />
      )}
      {file && dialog === "details" && <DetailsDialog slug={slug} here={here} file={file} />}
      {file && dialog === "delete" && mayManage && <DeleteDialog slug={slug} here={here} file={file} />}
    </>
  );
}
