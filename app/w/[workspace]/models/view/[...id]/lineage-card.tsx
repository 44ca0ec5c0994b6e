import type { Route } from "next";
import type { ReactNode } from "react";
import { Card } from "@/app/_ui/card";
import { formatCount } from "@/app/_ui/format";
import { Link } from "@/app/_ui/link";
import { RelativeTime } from "@/app/_ui/time";
import { modelHref } from "@/app/w/[workspace]/_shared/model-href";

type File = {
  filename: string | null;
  sha256: string;
  uploaderName: string | null;
  use: "training" | "validation";
  lines?: number | null;
  isDeleted?: boolean;
};

type Earlier = {
  workspace: string;
  maker: string | null;
  key: string | null;
  jobId: string | null;
  createdAt: string;
  files: { filename: string; sha256: string; uploadedBy: string | null; use: "training" | "validation" }[];
};

type Props = {
  slug: string;
  model: { id: string; name: string; base: string | null; origin: string | null; createdAt: Date | null };
  lineage: {
    job: { id: string; trainedTokens: number | null; endedAt: Date | null } | undefined;
    key: { name: string; lastFour: string } | undefined;
    maker: string | null;
    earlier: Earlier | null;
    files: File[];
  };
};

/** Shows where a model comes from, as a chain that is read from top to bottom. */
export function LineageCard({ slug, model, lineage }: Props) {
  const { job, key, maker, earlier } = lineage;
  const isFromElsewhere = earlier !== null && !job;
  const files: File[] = isFromElsewhere
    ? earlier.files.map(({ uploadedBy, ...file }) => ({ ...file, uploaderName: uploadedBy }))
    : lineage.files;
  return (
    <Card title="Where it comes from">
      <ol className="flex flex-col">
        <Step title="Base model">
          {model.base ? (
            <Link href={modelHref(slug, model.base) as Route} className="underline underline-offset-3">
              {model.base}
            </Link>
          ) : (
            "Unknown: its server does not report it."
          )}
        </Step>
        {files.map((file) => (
          <Step key={`${file.sha256} ${file.use}`} title={file.use === "training" ? "Trained on" : "Checked against"}>
            <p className="wrap-anywhere">
              {file.filename ?? "A private file"}
              {file.lines ? `, ${formatCount(file.lines, "line")}` : ""}
              {file.isDeleted ? ", deleted since" : ""} – uploaded by {file.uploaderName ?? "a program"}
            </p>
            <p className="wrap-anywhere font-mono text-[0.8125rem] text-ink-faint">SHA-256 {file.sha256}</p>
          </Step>
        ))}
        {job && (
          <Step title="By the job">
            <Link
              href={`/w/${slug}/models/jobs/${job.id}` as Route}
              className="wrap-anywhere font-mono text-[0.8125rem] underline underline-offset-3"
            >
              {job.id}
            </Link>
            {job.trainedTokens !== null && `, ${formatCount(job.trainedTokens, "token")} trained`}
          </Step>
        )}
        {isFromElsewhere && (
          <Step title="In the workspace">
            {earlier.workspace}, before it came here
            {earlier.jobId && (
              <span className="block wrap-anywhere font-mono text-[0.8125rem] text-ink-faint">job {earlier.jobId}</span>
            )}
          </Step>
        )}
        <Step title={model.origin === "registered" ? "Registered by" : "Made by"}>
          {(isFromElsewhere ? earlier.maker : maker) ?? "a program"}
          {isFromElsewhere && earlier.key && ` with the key ${earlier.key}`}
          {!isFromElsewhere && key && ` with the key ${key.name} (…${key.lastFour})`}
          {model.createdAt && (
            <>
              , <RelativeTime date={model.createdAt} />
            </>
          )}
        </Step>
        <Step title="This model" isLast>
          <span className="wrap-anywhere font-mono text-[0.8125rem]">{model.id}</span>
        </Step>
      </ol>
    </Card>
  );
}

function Step({ title, isLast, children }: { title: string; isLast?: boolean; children: ReactNode }) {
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3">
      <span aria-hidden="true" className="flex flex-col items-center">
        <span className="mt-1.5 size-2.5 rounded-full border border-accent bg-surface" />
        {!isLast && <span className="w-px flex-1 bg-hairline" />}
      </span>
      <div className={isLast ? "" : "pb-4"}>
        <p className="text-[0.8125rem] text-ink-faint">{title}</p>
        <div className="min-w-0">{children}</div>
      </div>
    </li>
  );
}
