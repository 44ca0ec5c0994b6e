import type { Metadata, Route } from "next";
import { countOf, ProviderBadges } from "@/app/_shared/providers/badges";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Flash } from "@/app/_ui/flash";
import { Plus } from "@/app/_ui/icons";
import { Link } from "@/app/_ui/link";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { api } from "@/server/composition/caller";

export const metadata: Metadata = { title: "Model providers" };

const news = new Map(
  Object.entries({
    added: "Provider added. Its test worked.",
    untested: "Provider added without a test.",
    removed: "Provider deleted. Calls to it have ended.",
  }),
);

const columns = [{ label: "Provider" }, { label: "Address" }, { label: "Models", align: "end" as const }];

type Props = { params: Promise<{ workspace: string }>; searchParams: Promise<{ done?: string }> };

export default async function OwnProviders({ params, searchParams }: Props) {
  const [{ workspace: slug }, { done }] = await Promise.all([params, searchParams]);
  const { providers, isAllowed } = await (await api()).providers.providers({ workspace: slug });
  const here = `/w/${slug}/settings/providers`;
  const unreadable = providers.filter(({ isKeyUnreadable }) => isKeyUnreadable).map(({ name }) => name);
  return (
    <>
      <Flash news={news} done={done} />
      <PageHeader
        title="Model providers"
        purpose="Servers added by this workspace. Their models are available only in this workspace, and you pay the provider for them."
        action={
          isAllowed && (
            <LinkButton href={`${here}/new`} variant="primary" icon={<Plus />}>
              Add provider
            </LinkButton>
          )
        }
      />
      <div className="flex flex-col gap-6">
        {!isAllowed && (
          <Notice tone="warning" title="Not allowed here">
            The people who run this Atelier do not allow workspaces to add their own providers
            {providers.length > 0 ? ": those below accept no calls." : "."}
          </Notice>
        )}
        {unreadable.length > 0 && (
          <Notice tone="danger" title="Keys that cannot be read">
            Enter the key of each of these providers again; they accept no calls until then: {unreadable.join(", ")}.
          </Notice>
        )}
        <Card isFlush title="Providers">
          {providers.length > 0 ? (
            <Table label="Providers" columns={columns}>
              {providers.map((row) => (
                <TableRow key={row.id}>
                  <TableCell kind="primary">
                    <Link
                      href={`${here}/${row.id}` as Route}
                      className="font-medium underline-offset-3 hover:underline"
                    >
                      {row.name}
                    </Link>{" "}
                    <ProviderBadges {...row} />
                  </TableCell>
                  <TableCell label="Address" className="wrap-anywhere">
                    {row.url}
                  </TableCell>
                  <TableCell label="Models" align="end">
                    {countOf(row.modelCount)}
                  </TableCell>
                </TableRow>
              ))}
            </Table>
          ) : (
            <EmptyState title="No providers">A provider is a server with an OpenAI-compatible API.</EmptyState>
          )}
        </Card>
      </div>
    </>
  );
}
