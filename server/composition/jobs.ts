import { makeLedgerPartitions } from "@/db/migrate";
import { startAuditSealing } from "@/server/audit/seals/job";
import { startChargeExpiry } from "@/server/batches/charges/job";
import { startBatches } from "@/server/batches/job";
import { startSpendAlerts } from "@/server/billing/alerts/job";
import { startWebhooks } from "@/server/billing/webhooks/job";
import { startFileKeeping } from "@/server/files/job";
import { startFineTuning } from "@/server/fine-tuning/job";
import { lineDoor } from "@/server/gateway/batch-lines/line-door";
import { startResponseExpiry } from "@/server/gateway/kept-responses/job";
import { startInstanceFigures } from "@/server/instance/figures/job";
import { startOutageMails } from "@/server/instance/outages/job";
import { startDomainCheck } from "@/server/joining/domains/job";
import { startInvitationReminders } from "@/server/joining/invitations/reminders/job";
import { startFootprintExpiry } from "@/server/keys/footprint/job";
import { startKeyReminders } from "@/server/keys/reminders/job";
import { startOutbox } from "@/server/mail/job";
import { startMembershipEnds } from "@/server/members/offboarding/ending/job";
import { startBaseRetirementMails } from "@/server/models/base-retirement/mails/job";
import { startModelErasing } from "@/server/models/erasing/job";
import { startRetirementMails } from "@/server/models/retirement/mails/job";
import type { Job } from "@/server/platform/background";
import type { Env } from "@/server/platform/env";
import { startAccessReviews } from "@/server/reviews/job";
import { startReservationCheck } from "@/server/usage/reservations-job";
import { startUsageDays } from "@/server/usage/roll-ups/job";
import { startUsageSealing } from "@/server/usage/seals/job";
import { startPurge } from "@/server/workspaces/purging/job";
import { startHousekeeping } from "./housekeeping";

/** Starts all background jobs of a process with pages. Each job is in the folder of its noun; this is the list. */
export function startJobs({ DATABASE_URL }: Pick<Env, "DATABASE_URL">): Job[] {
  return [
    startOutbox(),
    startAuditSealing(),
    startDomainCheck(),
    startReservationCheck(),
    startInvitationReminders(),
    startKeyReminders(),
    startMembershipEnds(),
    startAccessReviews(),
    startSpendAlerts(),
    startWebhooks(),
    startInstanceFigures(),
    startOutageMails(),
    startUsageDays(),
    startUsageSealing(),
    startFileKeeping(),
    startFineTuning(),
    startBatches(lineDoor),
    startChargeExpiry(),
    startModelErasing(),
    startRetirementMails(),
    startBaseRetirementMails(),
    startResponseExpiry(),
    startFootprintExpiry(),
    startPurge(),
    startHousekeeping(() => makeLedgerPartitions(DATABASE_URL)),
  ];
}
