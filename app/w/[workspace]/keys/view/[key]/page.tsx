import type { Metadata, Route } from "next";
import { notFound } from "next/navigation";
import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { DialogButton } from "@/app/_ui/dialog-button";
import { Flash } from "@/app/_ui/flash";
import { Link } from "@/app/_ui/link";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { RelativeTime } from "@/app/_ui/time";
import { api } from "@/server/composition/caller";
import { NarrowDialog } from "./narrow-dialog";
import { UndoDialog } from "./undo-dialog";
import { UsedTable } from "./used-table";

export const metadata: Metadata = { title: "API key" };

const news = new Map(
  Object.entries({
    narrowed: "Key narrowed. It can only do what it used in the last 30 days.",
    undone: "Narrowing undone. The key can do what it could before.",
  }),
);

type Props = {
  params: Promise<{ workspace: string; key: string }>;
  searchParams: Promise<{ dialog?: string; done?: string }>;
};

export default async function KeyRecord({ params, searchParams }: Props) {
  const [{ workspace: slug, key: keyId }, { dialog, done }] = await Promise.all([params, searchParams]);
  if (!/^[0-9A-Za-z]{12}$/.test(keyId)) notFound();
  const { keys } = await api();
  const key = await keys.record({ workspace: slug, keyId });
  const path = `/w/${slug}/keys`;
  const here = `${path}/view/${keyId}`;
  const isLeaked = key.disabledBecause === "leaked";
  const whyNot = key.revokedAt ? "It is revoked." : whyNotNarrowed(key);
  return (
    <>
      <Flash news={news} done={done} />
      <PageHeader
        title={<span className="wrap-anywhere">{key.name}</span>}
        purpose={
          <>
            <span className="font-mono text-[0.8125rem]">
              atl_{keyId.slice(0, 4)}…{key.lastFour}
            </span>
            : what it may do, and what it was used for.
          </>
        }
        action={
          <>
            {key.wasNarrowed && !key.revokedAt && (
              <DialogButton dialog="undo" href={`${here}?dialog=undo`}>
                Undo narrowing
              </DialogButton>
            )}
            <DialogButton variant="primary" dialog="narrow" href={`${here}?dialog=narrow`} disabledReason={whyNot}>
              Narrow to what it used
            </DialogButton>
          </>
        }
      />
      <p className="mb-4 flex flex-wrap items-center gap-2">
        <Link href={path as Route} className="text-ink-soft underline underline-offset-3">
          All keys
        </Link>
        {key.revokedAt && <Badge tone="danger">Revoked</Badge>}
        {key.isExpired && <Badge tone="danger">Expired</Badge>}
        {key.disabledBecause && <Badge tone="warning">{isLeaked ? "Disabled – found in public" : "Disabled"}</Badge>}
      </p>
      <div className="flex flex-col gap-6">
        {isLeaked && (
          <Notice tone="warning" title="It was found in public">
            Compare the addresses below with your own. A key that was found in public stays disabled:{" "}
            <Link href={`${path}?dialog=rotate:${keyId}` as Route} className="underline underline-offset-3">
              rotate it
            </Link>{" "}
            and give its programs the new one.
          </Notice>
        )}
        <Card title="About it">
          <dl className="grid grid-cols-2 gap-x-8 gap-y-3 lg:grid-cols-4">
            <Fact label="Created">
              <RelativeTime date={key.createdAt} />
            </Fact>
            <Fact label="Expires">
              <RelativeTime date={key.expiresAt} />
            </Fact>
            <Fact label="Last used">
              <RelativeTime date={key.lastUsedAt} />
            </Fact>
            <Fact label="Last program">{key.lastClient ?? "–"}</Fact>
          </dl>
          <p className="mt-4 text-ink-soft">
            <Link
              href={`/w/${slug}/usage?${new URLSearchParams({ key: keyId })}` as Route}
              className="underline underline-offset-3"
            >
              Its requests and their cost
            </Link>
          </p>
        </Card>
        <UsedTable record={key} />
      </div>
      {dialog === "narrow" && whyNot === undefined && <NarrowDialog slug={slug} here={here} record={key} />}
      {dialog === "undo" && key.wasNarrowed && <UndoDialog slug={slug} here={here} record={key} />}
    </>
  );
}

function whyNotNarrowed({ isUsedLately, narrowed }: { isUsedLately: boolean; narrowed: object }): string | undefined {
  if (!isUsedLately) return "No use was recorded in the last 30 days.";
  return Object.keys(narrowed).length === 0 ? "It can only do what it used." : undefined;
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <dt className="text-[0.8125rem] text-ink-soft">{label}</dt>
      <dd className="mt-0.5 wrap-anywhere">{children}</dd>
    </div>
  );
}
