import type { Metadata, Route } from "next";
import { idInPath } from "@/app/_shared/id-in-path";
import { Badge } from "@/app/_ui/badge";
import { Button, LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { CodeBlock } from "@/app/_ui/code-block";
import { Flash } from "@/app/_ui/flash";
import { formatUtcDay } from "@/app/_ui/format";
import { MessagesSquare } from "@/app/_ui/icons";
import { Link } from "@/app/_ui/link";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { firstRequest } from "@/app/w/[workspace]/_shared/first-request";
import { modelHref } from "@/app/w/[workspace]/_shared/model-href";
import { whoMay } from "@/app/w/[workspace]/_shared/permission";
import { RequestAccess } from "@/app/w/[workspace]/_shared/request-access";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { ModelDialogs } from "@/app/w/[workspace]/models/_dialogs/model-dialogs";
import { api } from "@/server/composition/caller";
import { ModelTabs } from "../../tabs";
import { AudienceCard } from "./audience-card";
import { DangerCard } from "./danger-card";
import { FactsCard } from "./facts-card";
import { LineageCard } from "./lineage-card";
import { SharesCard } from "./shares-card";
import { UsedByCard } from "./used-by-card";

export const metadata: Metadata = { title: "Model" };

const news = new Map(
  Object.entries({
    archived: "Model archived. It cannot be used until it is restored.",
    restored: "Model restored. It can be used again.",
    shared: "Model shared. The other workspace may use it at once.",
    "share-ended": "Share ended. The other workspace can no longer use the model.",
    reassigned: "Model given to another member.",
    registered: "Model registered. It belongs to this workspace.",
  }),
);

type Props = {
  params: Promise<{ workspace: string; id: string[] }>;
  searchParams: Promise<{ dialog?: string; target?: string; done?: string }>;
};

export default async function Model({ params, searchParams }: Props) {
  const [{ workspace: slug, id: segments }, { dialog, target, done }] = await Promise.all([params, searchParams]);
  const modelId = idInPath(segments);
  const { workspaces, members, models } = await api();
  const [workspace, admins, endpoint, model] = await Promise.all([
    workspaceHere(slug),
    members.admins({ workspace: slug }),
    workspaces.endpoint({ workspace: slug }),
    models.get({ workspace: slug, modelId }),
  ]);
  const here = modelHref(slug, model.id);
  const manageReason = model.mayManage ? undefined : whoMay("model:manage", admins);
  const changeReason = model.mayChange ? undefined : `Its maker may. ${whoMay("model:manage", admins)}`;
  const dialogs = { here, manageReason, changeReason };
  const playReason = workspace.permissions.includes("model:use")
    ? model.canUse
      ? undefined
      : model.archivedAt
        ? "It is archived."
        : "It is private to its maker."
    : whoMay("model:use", admins);
  return (
    <>
      <Flash news={news} done={done} />
      <PageHeader
        title={model.name}
        purpose={<span className="wrap-anywhere font-mono text-[0.8125rem]">{model.id}</span>}
        action={
          model.capabilities.completion_chat === false ? undefined : playReason === undefined ? (
            <LinkButton
              href={`/w/${slug}/models/playground?${new URLSearchParams({ model: model.id, ...(model.base ? { beside: model.base } : {}) })}`}
              icon={<MessagesSquare />}
            >
              Open in playground
            </LinkButton>
          ) : (
            <>
              {!workspace.permissions.includes("model:use") && <RequestAccess slug={slug} permission="model:use" />}
              <Button icon={<MessagesSquare />} disabledReason={playReason}>
                Open in playground
              </Button>
            </>
          )
        }
      />
      <ModelTabs slug={slug} current="Models" />
      <p className="mb-4 flex flex-wrap items-center gap-2">
        <Link href={`/w/${slug}/models` as Route} className="text-ink-soft underline underline-offset-3">
          All models
        </Link>
        {model.archivedAt && <Badge>Archived</Badge>}
        {model.isServed === false && <Badge tone="warning">Unavailable</Badge>}
      </p>
      <div className="flex flex-col gap-6">
        {model.isServed === false && (
          <Notice tone="warning" title="Its model server does not run it">
            Requests for it fail until the server lists it again. The operator of this Atelier can see why.
          </Notice>
        )}
        {model.retirement && (
          <Notice
            tone="warning"
            role="note"
            title={`${model.retirement.isOver ? "Retired since" : "To be retired on"} ${formatUtcDay(model.retirement.retiresAt)}`}
          >
            {model.retirement.successor
              ? `Its successor is ${model.retirement.successor}.`
              : "It has no successor: use another model."}
          </Notice>
        )}
        {model.kind === "own" && !model.canUse && !model.archivedAt && (
          <Notice>
            {model.visibility === "private" ? "Only its maker uses this model." : "You cannot use this model."} You can
            see it because you manage models: you can give it to a member, change who may use it, or delete it.
          </Notice>
        )}
        <FactsCard model={model} slug={slug} {...dialogs} />
        {model.canUse && (
          <Card title="Model ID" description="From a program, with a key of this workspace.">
            <CodeBlock label="How to call it" samples={firstRequest(endpoint.baseUrl, model.id)} />
          </Card>
        )}
        {model.lineage && <LineageCard slug={slug} model={model} lineage={model.lineage} />}
        <UsedByCard usedBy={model.usedBy} used={model.used} currency={model.currency} slug={slug} modelId={model.id} />
        {model.kind === "own" && (
          <>
            <AudienceCard model={model} {...dialogs} />
            <SharesCard model={model} {...dialogs} />
            <DangerCard slug={slug} model={model} {...dialogs} />
          </>
        )}
      </div>
      {dialog && <ModelDialogs slug={slug} here={here} dialog={dialog} modelId={model.id} target={target} />}
    </>
  );
}
