import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { SelectField } from "@/app/_ui/field";
import { formatUtcDay } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SettingForm } from "@/app/_ui/setting-form";
import { reviewDays } from "@/server/reviews/input";
import { setReviewPlan } from "../actions";

/** Shows whether access is reviewed every quarter. */
export function ReviewsCard({ slug, nextAt }: { slug: string; nextAt: Date | null }) {
  const current = nextAt ? "on" : "off";
  return (
    <Card
      id="access-reviews"
      title="Access reviews"
      description={`A review lists members who have been inactive for 90 days, and keys that are idle, never expire or have no limit. Access that no Admin confirms within ${reviewDays} days is disabled, after a warning by e-mail.`}
      action={
        <LinkButton href={`/w/${slug}/members/reviews`} size="sm">
          See the reviews
        </LinkButton>
      }
    >
      <SettingForm action={setReviewPlan} saves="access reviews" aria-label="Access reviews">
        <HiddenFields values={{ workspace: slug }} />
        <SelectField
          key={current}
          label="Review access"
          name="quarterly"
          defaultValue={current}
          hint={nextAt ? `The next review starts on ${formatUtcDay(nextAt)}.` : undefined}
          options={[
            { value: "off", label: "Only when an Admin starts a review" },
            { value: "on", label: "Every quarter" },
          ]}
        />
      </SettingForm>
    </Card>
  );
}
