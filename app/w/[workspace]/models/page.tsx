import type { Metadata, Route } from "next";
import { Card } from "@/app/_ui/card";
import { DialogButton } from "@/app/_ui/dialog-button";
import { EmptyState } from "@/app/_ui/empty-state";
import { Flash } from "@/app/_ui/flash";
import { formatCount, formatCountUpTo } from "@/app/_ui/format";
import { Box, Plus } from "@/app/_ui/icons";
import { Link } from "@/app/_ui/link";
import { PageHeader } from "@/app/_ui/page-header";
import { chosenOf, orderOf, pagerOf, partsOf, placeOf, readDialog, totalOf, withQuery } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { SelectionDialog } from "@/app/_ui/selection-dialog";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { api } from "@/server/composition/caller";
import { mostCounted } from "@/server/models/input";
import { whoMay } from "../_shared/permission";
import { RequestAccess } from "../_shared/request-access";
import { AskDialog } from "./_dialogs/ask-dialog";
import { ModelDialogs } from "./_dialogs/model-dialogs";
import { RegisterDialog } from "./_dialogs/register-dialog";
import { BaseTable } from "./_list/base-table";
import { Filters } from "./_list/filters";
import { kindOf, listInput, listPart, type ModelQuery, sortOf } from "./_list/model-query";
import { ModelsTable } from "./_list/models-table";
import { archiveModels } from "./actions";
import { ModelTabs } from "./tabs";

export const metadata: Metadata = { title: "Models" };

const news = new Map(
  Object.entries({
    deleted: "Model deleted. It can no longer be used.",
    asked: "Request sent. You get an e-mail with the answer.",
    moved: "Model moved. It keeps its id in the other workspace.",
  }),
);

type Props = { params: Promise<{ workspace: string }>; searchParams: Promise<ModelQuery> };

export default async function Models({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { members, models, budgets } = await api();
  const kind = kindOf(query);
  const search = query.q ? { search: query.q } : {};
  const [workspace, admins, page, base] = await Promise.all([
    workspaceHere(slug),
    members.admins({ workspace: slug }),
    models.list({ workspace: slug, ...listInput(query) }),
    models.base({ workspace: slug, ...search }),
  ]);
  const mayManage = workspace.permissions.includes("model:manage");
  const mayAsk = !mayManage && workspace.permissions.includes("model:use");
  const path = `/w/${slug}/models`;
  const part = listPart(query);
  const here = withQuery(path, part);
  const list = withQuery(path, { ...part, ...placeOf(query), ...partsOf(query, ["page"]) });
  const chosen = chosenOf(page.rows, query.chosen, ({ id }) => id);
  const { dialog, about: modelId } = readDialog(query.dialog);
  const { q, sort: _, order: __, ...filters } = part;
  const isNarrowed = q !== undefined || Object.keys(filters).length > 0;
  return (
    <>
      <Flash news={news} done={query.done} />
      <PageHeader
        title="Models"
        purpose="What this workspace's programs and people may use."
        action={
          <>
            {!mayManage && <RequestAccess slug={slug} permission="model:manage" />}
            {mayAsk && (
              <DialogButton dialog="ask" href={withQuery(path, { ...part, dialog: "ask" })}>
                Ask for a model
              </DialogButton>
            )}
            <DialogButton
              icon={<Plus />}
              dialog="register"
              href={withQuery(path, { ...part, dialog: "register" })}
              disabledReason={mayManage ? undefined : whoMay("model:manage", admins)}
            >
              Register a model
            </DialogButton>
          </>
        }
      />
      <ModelTabs slug={slug} current="Models" />
      <div className="flex flex-col gap-6">
        <Card
          isFlush
          title="This workspace's models"
          description={
            <>
              {formatCountUpTo(page.total, mostCounted, "model")}, and the{" "}
              <a href="#base" className="underline underline-offset-3">
                base models
              </a>{" "}
              below
            </>
          }
          footer={
            <Pager {...pagerOf(path, part, page, query, { total: totalOf(page.total, mostCounted, isNarrowed) })} />
          }
        >
          <Filters here={path} query={query} />
          {kind === "base" ? (
            <p className="px-4 py-4 text-ink-soft md:px-5">Only base models are shown.</p>
          ) : page.rows.length > 0 ? (
            <ModelsTable
              slug={slug}
              rows={page.rows}
              here={list}
              currency={page.currency}
              sorting={{ path, kept: part, sort: sortOf(query) ?? "newest", otherwise: "newest", ...orderOf(query) }}
              mayManage={mayManage}
              mayFineTune={workspace.permissions.includes("model:fine-tune")}
              reason={whoMay("model:manage", admins)}
            />
          ) : isNarrowed ? (
            <EmptyState title="No model found">No models match these filters.</EmptyState>
          ) : (
            <EmptyState icon={<Box />} title="No models of your own yet">
              <p>
                “When you generate an API key from your organization's workspace and use it to create a fine-tuned
                model, your team members will be able to use this model.”
              </p>
              <p className="mt-2">
                <Link href={`${path}/jobs` as Route} className="underline underline-offset-3">
                  Start a fine-tuning job
                </Link>
                , and it is listed here.
              </p>
            </EmptyState>
          )}
        </Card>
        {(kind === "" || kind === "base") && query.state !== "archived" && (
          <Card
            id="base"
            isFlush
            title="Base models"
            description={
              base.rows === null
                ? "What the model servers offer to every workspace."
                : `${formatCount(base.total, "model")} that the model servers offer to every workspace`
            }
            {...(base.rows && base.total > base.rows.length
              ? { footer: `The first ${base.rows.length} are shown. Search to find the others.` }
              : {})}
          >
            {base.rows === null ? (
              <EmptyState title="The model servers are not responding">Reload the page in a moment.</EmptyState>
            ) : base.rows.length > 0 ? (
              <BaseTable slug={slug} rows={base.rows} currency={base.currency} />
            ) : (
              <EmptyState title="No model found">No base model with this name.</EmptyState>
            )}
          </Card>
        )}
      </div>
      {mayManage && <RegisterDialog slug={slug} here={here} isOpen={query.dialog === "register"} />}
      {mayAsk && dialog === "ask" && (
        <AskDialog
          slug={slug}
          here={here}
          isOpen
          model={modelId}
          keys={await budgets.restrictedKeys({ workspace: slug })}
        />
      )}
      {dialog === "archive-many" && query.chosen && (
        <SelectionDialog
          id="archive-many"
          title="Archive the selected models?"
          description="They cannot be used until they are restored, also in workspaces that they are shared with."
          closeHref={list}
          rows={chosen.map(({ id, name }) => ({ id, name: `${name} · ${id}` }))}
          name="modelIds"
          action={archiveModels}
          fields={{ workspace: slug }}
          submitLabel="Archive"
          pendingLabel="Archiving…"
        />
      )}
      {dialog && dialog !== "ask" && modelId && (
        <ModelDialogs slug={slug} here={here} dialog={dialog} modelId={modelId} />
      )}
    </>
  );
}
