import { Card } from "@/app/_ui/card";
import { formatMoney } from "@/app/_ui/format";
import { endUserName } from "@/app/w/[workspace]/_shared/end-user-name";
import { LimitsLink } from "@/app/w/[workspace]/_shared/limits-link";
import type { Outputs } from "@/server/composition/outputs";

const spans = { day: "a day", week: "a week", month: "a month", total: "in total" } as const;

type Props = {
  slug: string;
  limits: Outputs["endUsers"]["settings"]["limits"];
  currency: string;
  isCounted: boolean;
};

/** Shows what each end user may spend, and who may spend something else. */
export function LimitsCard({ slug, limits, currency, isCounted }: Props) {
  const text = (some: Props["limits"]) =>
    some.map(({ span, amount }) => `${formatMoney(amount, currency)} ${spans[span]}`).join(", ");
  const each = limits.filter(({ of }) => of === "end-users");
  const others = [...new Set(limits.map(({ of }) => of))].filter((of) => of !== "end-users");
  return (
    <Card
      title="Limits"
      description="The same limits for every end user; you can set other limits for single ones. They apply in addition to all other limits."
    >
      <p className="mb-2">
        {each.length > 0 ? `Each end user may spend ${text(each)}.` : "There is no limit for each end user."}{" "}
        {!isCounted && each.length > 0 && "It applies when end users are identified."}
      </p>
      <LimitsLink slug={slug} of="end-users" text="Limits of each end user" />
      {others.length > 0 && (
        <ul className="mt-4 flex flex-col gap-1 text-[0.8125rem]">
          {others.map((of) => {
            const some = limits.filter((limit) => limit.of === of);
            const name = endUserName(of.slice("end-user:".length), some[0]?.name);
            return (
              <li key={of} className="wrap-anywhere">
                {name}: {text(some)} <LimitsLink slug={slug} of={of} name={name} text="Limits" />
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
