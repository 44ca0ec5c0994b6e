import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { DialogButton } from "@/app/_ui/dialog-button";
import { EmptyState } from "@/app/_ui/empty-state";
import { Flash } from "@/app/_ui/flash";
import { formatCountUpTo } from "@/app/_ui/format";
import { KeyRound, Plus } from "@/app/_ui/icons";
import { PageHeader } from "@/app/_ui/page-header";
import { chosenOf, orderOf, pagerOf, partsOf, placeOf, readDialog, totalOf, withQuery } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { api } from "@/server/composition/caller";
import { mostCounted } from "@/server/keys/list/input";
import { whoMay, whyNoKey } from "../_shared/permission";
import { RequestAccess } from "../_shared/request-access";
import { SavedViews, savedViews, viewsInCard } from "../_shared/saved-views";
import { FixDialog } from "./_bulk/fix-dialog";
import { KeyHealth } from "./_bulk/key-health";
import { KeySelectionDialog } from "./_bulk/selection-dialog";
import { CreateKeyDialog } from "./_lifecycle/create-key-dialog";
import { KeyDialogs } from "./_lifecycle/key-dialogs";
import { Filters } from "./_list/filters";
import { filtersOf, flawOf, type KeyQuery, listInput, listPart, sortOf } from "./_list/key-query";
import { KeysTable } from "./_list/keys-table";
import { WhatKey } from "./_list/what-key";

export const metadata: Metadata = { title: "API Keys" };

const news = new Map(
  Object.entries({
    disabled: "Key disabled. It no longer works until it is enabled.",
    enabled: "Key enabled. It works again.",
    revoked: "Key revoked. It no longer works.",
    restored: "Key restored. It works again.",
  }),
);

type Props = { params: Promise<{ workspace: string }>; searchParams: Promise<KeyQuery> };

export default async function Keys({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { members, keys, models } = await api();
  const [workspace, page, counts, { maximumDays, newKeyLimit }] = await Promise.all([
    workspaceHere(slug),
    keys.list({ workspace: slug, ...listInput(query) }),
    keys.counts({ workspace: slug, ...filtersOf(query) }),
    keys.policy({ workspace: slug }),
    savedViews(slug, "keys"),
  ]);
  const mayCreate = whyNoKey(workspace, []) === undefined;
  const mayManageAny = workspace.permissions.includes("key:manage-any");
  const [admins, modelChoices, hygiene] = await Promise.all([
    mayCreate && mayManageAny ? [] : members.admins({ workspace: slug }),
    mayCreate ? models.choices({ workspace: slug }) : [],
    workspace.permissions.includes("key:manage-own") && page.total > 0 ? keys.hygiene({ workspace: slug }) : null,
  ]);
  const path = `/w/${slug}/keys`;
  const part = listPart(query);
  const here = withQuery(path, part);
  // Rows are chosen on one page of the list, so their dialog is requested there.
  const list = withQuery(path, { ...part, ...placeOf(query), ...partsOf(query, ["page"]) });
  const flaw = flawOf(query);
  const { dialog, about: keyId } = readDialog(query.dialog);
  const chosen = query.chosen ? chosenOf(page.rows, query.chosen, ({ id }) => id) : [];
  const isFixing = query.dialog === "fix" && flaw && mayManageAny;
  const asked = (isFixing ? page.rows : chosen).map(({ id }) => id);
  const none = { rows: [], calls: 0, days: 30 };
  const impact = asked.length > 0 ? await keys.impact({ workspace: slug, keyIds: asked }) : none;
  const { q: search, sort: _, order: __, ...filters } = part;
  const dialogProps = { slug, here, currency: page.currency, maximumDays };
  return (
    <>
      <Flash news={news} done={query.done} />
      <PageHeader
        title="API Keys"
        purpose="Programs use this workspace's models with a key. Keys belong to the workspace."
        action={
          <>
            {!mayCreate && (
              <RequestAccess
                slug={slug}
                permission={workspace.keyCreators === "admins" ? "key:manage-any" : "key:create"}
              />
            )}
            <DialogButton
              variant="primary"
              icon={<Plus />}
              dialog="create"
              href={withQuery(path, { ...part, dialog: "create" })}
              disabledReason={whyNoKey(workspace, admins)}
            >
              Create new key
            </DialogButton>
          </>
        }
      />
      <div className="flex flex-col gap-6">
        <Card
          isFlush
          title="Keys"
          description={formatCountUpTo(page.total, mostCounted, "key")}
          action={
            hygiene &&
            page.rows.length > 10 && (
              <LinkButton href="#key-health" size="sm" variant="ghost">
                Key health
              </LinkButton>
            )
          }
          footer={
            <Pager
              {...pagerOf(path, part, page, query, {
                total: totalOf(page.total, mostCounted, search !== undefined || Object.keys(filters).length > 0),
              })}
            />
          }
        >
          {(page.total > 0 || page.rows.length > 0) && <Filters here={path} query={query} counts={counts} />}
          <SavedViews slug={slug} list="keys" path={path} query={part} className={viewsInCard} />
          {page.rows.length > 0 ? (
            <KeysTable
              slug={slug}
              rows={page.rows}
              here={list}
              reason={whoMay("key:manage-any", admins)}
              currency={page.currency}
              sorting={{ path, kept: part, sort: sortOf(query) ?? "newest", otherwise: "newest", ...orderOf(query) }}
            />
          ) : search || Object.keys(filters).length > 0 ? (
            <EmptyState title="No key found">
              {search ? `No key's name contains “${search}”, and no id begins with it` : "No keys match these filters"}
              {search && Object.keys(filters).length > 0 ? " among those that the filters leave." : "."}
            </EmptyState>
          ) : (
            <EmptyState icon={<KeyRound />} title="No keys yet">
              {mayCreate
                ? "Create one with the button above. Its secret is shown only once, when it is created."
                : "This workspace has no keys yet."}
            </EmptyState>
          )}
        </Card>
        <div className="grid items-start gap-6 lg:grid-cols-2">
          {hygiene && <KeyHealth here={path} {...hygiene} hasPolicy={maximumDays !== null} />}
          <WhatKey slug={slug} here={path} />
        </div>
      </div>
      {mayCreate && (
        <CreateKeyDialog
          {...dialogProps}
          newKeyLimit={newKeyLimit}
          isOpen={query.dialog === "create"}
          mayMakeService={mayManageAny}
          modelChoices={modelChoices}
        />
      )}
      {isFixing && (
        <FixDialog {...dialogProps} flaw={flaw} rows={page.rows} impact={impact} hasMore={page.next !== null} />
      )}
      {query.chosen && <KeySelectionDialog slug={slug} here={list} dialog={dialog} rows={chosen} impact={impact} />}
      <KeyDialogs slug={slug} here={here} dialog={dialog} keyId={keyId} maximumDays={maximumDays} />
    </>
  );
}
