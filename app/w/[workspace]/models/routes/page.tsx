import type { Metadata } from "next";
import { Card } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Dialog } from "@/app/_ui/dialog";
import { DialogButton } from "@/app/_ui/dialog-button";
import { EmptyState } from "@/app/_ui/empty-state";
import { Flash } from "@/app/_ui/flash";
import { formatCount } from "@/app/_ui/format";
import { Plus } from "@/app/_ui/icons";
import { PageHeader } from "@/app/_ui/page-header";
import { type QueryValue, readDialog, single, withQuery } from "@/app/_ui/page-query";
import { whoMay } from "@/app/w/[workspace]/_shared/permission";
import { RequestAccess } from "@/app/w/[workspace]/_shared/request-access";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { wouldRefuse } from "@/app/w/[workspace]/_shared/would-refuse";
import { api } from "@/server/composition/caller";
import { ModelTabs } from "../tabs";
import { removeRoute } from "./actions";
import { RouteForm } from "./route-form";
import { RoutesTable } from "./routes-table";

export const metadata: Metadata = { title: "Routes" };

const news = new Map(
  Object.entries({
    created: "Route created. Programs can ask for it now.",
    saved: "Route saved. It applies from the next request on.",
    deleted: "Route deleted. Requests for it are refused.",
  }),
);

type Props = { params: Promise<{ workspace: string }>; searchParams: Promise<Record<"dialog" | "done", QueryValue>> };

export default async function Routes({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { members, models, routes } = await api();
  const [workspace, admins, rows] = await Promise.all([
    workspaceHere(slug),
    members.admins({ workspace: slug }),
    routes.list({ workspace: slug }),
  ]);
  const mayManage = workspace.permissions.includes("model:manage");
  const reason = mayManage ? undefined : whoMay("model:manage", admins);
  const here = `/w/${slug}/models/routes`;
  const { dialog, about } = readDialog(single(query.dialog));
  const route = rows.find(({ id }) => id === about);
  const isForm = mayManage && (dialog === "new" || (dialog === "edit" && route !== undefined));
  const choices = isForm
    ? (await models.choices({ workspace: slug })).filter(({ id }) => !id.startsWith("route/"))
    : [];
  const removed = mayManage && dialog === "remove" ? route : undefined;
  const { called } = removed ? await models.retirement({ workspace: slug, modelId: removed.id }) : { called: null };
  return (
    <>
      <Flash news={news} done={single(query.done)} />
      <PageHeader
        title="Routes"
        purpose="Names that programs use instead of a model, each backed by several models."
        action={
          <>
            {!mayManage && <RequestAccess slug={slug} permission="model:manage" />}
            <DialogButton
              variant="primary"
              icon={<Plus />}
              dialog="new"
              href={withQuery(here, { dialog: "new" })}
              disabledReason={reason}
            >
              New route
            </DialogButton>
          </>
        }
      />
      <ModelTabs slug={slug} current="Routes" />
      <Card
        isFlush
        title="This workspace's routes"
        description={`${formatCount(rows.length, "route")}. When a model does not answer, the next one is tried.`}
      >
        {rows.length > 0 ? (
          <RoutesTable slug={slug} rows={rows} here={here} reason={reason} />
        ) : (
          <EmptyState title="No routes yet">
            A route keeps programs going when a model server is down, spreads requests over several models, or saves
            money when a limit is nearly used.
          </EmptyState>
        )}
      </Card>
      {isForm && (
        <Dialog
          id={dialog === "new" ? "new" : `edit-${route?.id}`}
          open
          size="lg"
          title={dialog === "new" ? "New route" : `Edit ${route?.id}`}
          description="The model that answers is the one that is charged; usage shows the route as well."
          closeHref={here}
        >
          <RouteForm slug={slug} choices={choices} {...(dialog === "edit" && route && { route })} />
        </Dialog>
      )}
      {removed && called && (
        <ConfirmDialog
          id={`remove-${removed.id}`}
          open
          title={`Delete ${removed.id}?`}
          description={`New requests for it are refused. ${wouldRefuse(called)} Its models do not change, and its name stays in usage reports.`}
          closeHref={here}
          action={removeRoute}
          fields={{ workspace: slug, routeId: removed.id }}
          submitLabel="Delete"
          pendingLabel="Deleting…"
        />
      )}
    </>
  );
}
