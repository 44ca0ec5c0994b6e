import type { Metadata } from "next";
import { EmptyState } from "@/app/_ui/empty-state";
import { PageHeader } from "@/app/_ui/page-header";
import { whoMay } from "@/app/w/[workspace]/_shared/permission";
import { RequestAccess } from "@/app/w/[workspace]/_shared/request-access";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { api } from "@/server/composition/caller";
import { ModelTabs } from "../tabs";
import { Playground } from "./playground";

export const metadata: Metadata = { title: "Playground" };

type Props = {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export default async function PlaygroundPage({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { workspaces, members, playground } = await api();
  const [workspace, admins, endpoint, models, presets] = await Promise.all([
    workspaceHere(slug),
    members.admins({ workspace: slug }),
    workspaces.endpoint({ workspace: slug }),
    playground.models({ workspace: slug }),
    playground.presets({ workspace: slug }),
  ]);
  const mayUse = workspace.permissions.includes("model:use");
  const all = [...models.own, ...models.base, ...models.routes];
  const known = (id: unknown) => all.find((model) => model.id === id)?.id;
  const first = known(query.model) ?? all[0]?.id;
  return (
    <>
      <PageHeader
        title="Playground"
        purpose="Try a model, or compare two models side by side. Charged to you and to this workspace, like a request with a key."
        action={!mayUse && <RequestAccess slug={slug} permission="model:use" />}
      />
      <ModelTabs slug={slug} current="Playground" />
      {first === undefined ? (
        <EmptyState title="No models available">
          No model server has listed its models. Ask the operator of this installation, or try again in a moment.
        </EmptyState>
      ) : (
        <Playground
          workspace={slug}
          own={models.own}
          base={models.base}
          routes={models.routes}
          presets={presets}
          preset={presets.find(({ id }) => id === query.preset)?.id ?? ""}
          currency={models.currency}
          baseUrl={endpoint.baseUrl}
          first={first}
          beside={known(query.beside) ?? ""}
          {...(mayUse ? {} : { disabledReason: whoMay("model:use", admins) })}
        />
      )}
    </>
  );
}
