"use client";

import { Card } from "@/app/_ui/card";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatCount, formatExact } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { resumeWorkspace, suspendWorkspace } from "../../actions";

/** Suspends a workspace, after what stops is shown, or resumes it. */
export function SuspensionCard({
  slug,
  suspendedAt,
  reason,
  atStake: { keys, requests, jobs },
}: {
  slug: string;
  suspendedAt: Date | null;
  reason: string | null;
  atStake: { keys: number; requests: number; jobs: number };
}) {
  if (suspendedAt)
    return (
      <Card
        title="Suspended"
        description={`Since ${formatExact(suspendedAt)}. Its ${formatCount(keys, "key")} open nothing, and nothing in it can be changed.`}
      >
        <Form action={resumeWorkspace}>
          <HiddenFields values={{ slug }} />
          {reason && <p>Its members read: “{reason}”</p>}
          <div>
            <SubmitButton pendingLabel="Resuming…">Resume workspace</SubmitButton>
          </div>
        </Form>
      </Card>
    );
  return (
    <Card
      title="Suspend"
      tone="danger"
      description="Stops the workspace until it is resumed. Its members go on seeing it, with your reason."
    >
      <Form action={suspendWorkspace}>
        <HiddenFields values={{ slug }} />
        <Notice tone="warning" role="note" title="What stops">
          <ul className="list-disc ps-5">
            <li>
              {formatCount(keys, "key")}, with {formatCount(requests, "request")} since the last full hour began; calls
              under way end within seconds
            </li>
            <li>every change: members, keys, limits, files, new trainings</li>
            <li>
              {jobs === 0
                ? "no training is under way"
                : `${formatCount(jobs, "training")} under way ${jobs === 1 ? "goes" : "go"} on to the end and no other begins`}
            </li>
          </ul>
        </Notice>
        <TextField
          label="Reason"
          name="reason"
          maxLength={200}
          autoComplete="off"
          hint="Its members read it. You may leave it empty."
        />
        <div>
          <SubmitButton variant="danger" pendingLabel="Suspending…">
            Suspend workspace
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
