import type { Metadata } from "next";
import { AuditLogPage } from "@/app/_shared/audit-log/log-page";
import { listOf, viewOf } from "@/app/_shared/audit-log/view";
import { api } from "@/server/composition/caller";
import { verify } from "./actions";

export const metadata: Metadata = { title: "Audit log of the instance" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function InstanceAudit({ searchParams }: Props) {
  const view = viewOf(await searchParams);
  const { instance } = await api();
  const [page, choices] = await Promise.all([instance.auditList(listOf(view)), instance.auditChoices()]);
  return (
    <AuditLogPage
      purpose="What operators did on this instance, when and from where. Nothing in it can be changed."
      empty="Every change that an operator makes to this instance is recorded here: who made it, when and from where."
      here="/instance/audit"
      view={view}
      page={page}
      choices={choices}
      hrefOf={() => undefined}
      verify={{ action: verify, values: {} }}
    />
  );
}
