import type { Metadata } from "next";
import { Card } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Dialog } from "@/app/_ui/dialog";
import { DialogButton } from "@/app/_ui/dialog-button";
import { EmptyState } from "@/app/_ui/empty-state";
import { TextField } from "@/app/_ui/field";
import { Flash } from "@/app/_ui/flash";
import { Form } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Plus } from "@/app/_ui/icons";
import { PageHeader } from "@/app/_ui/page-header";
import { type QueryValue, readDialog, single, withQuery } from "@/app/_ui/page-query";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { whoMay } from "@/app/w/[workspace]/_shared/permission";
import { RequestAccess } from "@/app/w/[workspace]/_shared/request-access";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { api } from "@/server/composition/caller";
import { UsageTabs } from "../tabs";
import { declareTag, removeTag } from "./actions";
import { TagsTable } from "./tags-table";
import { UndeclaredCard } from "./undeclared-card";

export const metadata: Metadata = { title: "Tags" };

const news = new Map(
  Object.entries({
    declared: "Tag declared. New requests may carry it.",
    removed: "Tag removed. Its past usage stays in the reports.",
  }),
);

type Props = { params: Promise<{ workspace: string }>; searchParams: Promise<Record<"dialog" | "done", QueryValue>> };

export default async function Tags({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { members, tags } = await api();
  const [workspace, admins, { rows, undeclared, currency, most }] = await Promise.all([
    workspaceHere(slug),
    members.admins({ workspace: slug }),
    tags.list({ workspace: slug }),
  ]);
  const mayChange = workspace.permissions.includes("workspace:update");
  const reason = mayChange ? undefined : whoMay("workspace:update", admins);
  const here = `/w/${slug}/usage/tags`;
  const { dialog, about } = readDialog(single(query.dialog));
  const tag = rows.find(({ name }) => name === about);
  return (
    <>
      <Flash news={news} done={single(query.done)} />
      <PageHeader
        title="Tags"
        purpose="Names that requests carry, to separate usage and limits by team, project or feature."
        action={
          <>
            {!mayChange && <RequestAccess slug={slug} permission="workspace:update" />}
            <DialogButton
              variant="primary"
              icon={<Plus />}
              dialog="declare"
              href={withQuery(here, { dialog: "declare" })}
              disabledReason={reason}
            >
              Declare a tag
            </DialogButton>
          </>
        }
      />
      <UsageTabs slug={slug} current="Tags" />
      <div className="flex flex-col gap-6">
        <Card
          isFlush
          title="Declared tags"
          description={`${formatCount(rows.length, "tag")}, of ${most} at most. A request carries up to five, and counts at each.`}
        >
          {rows.length > 0 ? (
            <TagsTable slug={slug} rows={rows} currency={currency} here={here} reason={reason} />
          ) : (
            <EmptyState title="No tags yet">
              Declare a tag for each team, project or feature. Programs then send it with their requests, in the header{" "}
              <code className="font-mono text-[0.8125rem]">x-atelier-tags</code> or in{" "}
              <code className="font-mono text-[0.8125rem]">metadata.tags</code>.
            </EmptyState>
          )}
        </Card>
        <UndeclaredCard slug={slug} undeclared={undeclared} reason={reason} />
      </div>
      {mayChange && (
        <Dialog
          id="declare"
          open={dialog === "declare"}
          title="Declare a tag"
          description="New requests may carry it."
          closeHref={here}
        >
          <Form action={declareTag}>
            <HiddenFields values={{ workspace: slug }} />
            <TextField
              label="Tag"
              name="tag"
              hint="Lowercase letters, digits and . _ : / -, such as team:search. It cannot be renamed."
              maxLength={50}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              required
            />
            <SubmitActions pendingLabel="Declaring…">Declare</SubmitActions>
          </Form>
        </Dialog>
      )}
      {mayChange && dialog === "remove" && tag && (
        <ConfirmDialog
          id={`remove-${tag.name}`}
          open
          title={`Remove the tag ${tag.name}?`}
          description={`Its limits are removed, too. Requests that carry it ${undeclared === "refuse" ? "are refused" : "count without it"} from the next one on. Its past usage stays in the reports.`}
          closeHref={here}
          action={removeTag}
          fields={{ workspace: slug, tag: tag.name }}
          submitLabel="Remove"
          pendingLabel="Removing…"
        />
      )}
    </>
  );
}
