import type { Route } from "next";
import type { ReactNode } from "react";
import { formatMoney } from "@/app/_ui/format";
import { Glyph } from "@/app/_ui/glyph";
import { Link } from "@/app/_ui/link";
import { spendingHref } from "@/app/w/[workspace]/_shared/spending-href";
import type { Permission } from "@/server/access/permissions";
import type { Outputs } from "@/server/composition/outputs";

type Alerts = Outputs["workspaces"]["alerts"];

/** Shows the current problems on every page, with their effects and a link to where they can be solved. */
export function AlertBanners({
  slug,
  permissions,
  alerts,
}: {
  slug: string;
  permissions: readonly Permission[];
  alerts: Alerts;
}) {
  const { limits, outages, isMailFailing, isOperator, currency } = alerts;
  const may = (permission: Permission) => permissions.includes(permission);
  if (limits.length + outages.length === 0 && !isMailFailing) return null;
  return (
    <section aria-label="Needs attention" className="print:hidden">
      <ul>
        {outages.map(({ name, isOwn }) => (
          <Banner
            key={`server ${name}`}
            tone="danger"
            link={
              isOwn && may("provider:manage")
                ? { href: `/w/${slug}/settings/providers`, label: "Model providers" }
                : isOperator
                  ? { href: "/instance/providers", label: "Model providers" }
                  : undefined
            }
          >
            <strong className="font-medium">The model server {name} cannot be reached.</strong> Requests to its models
            fail until it is back.
          </Banner>
        ))}
        {limits.map(({ of, span, spent, limit }) => (
          <Banner
            key={`limit ${of} ${span}`}
            tone={spent >= limit ? "danger" : "warning"}
            link={{
              href: spendingHref(slug, of, { span }),
              label: may("limit:manage") && of !== "ceiling" ? "Change the limit" : "See the limit, ask for more",
            }}
          >
            <strong className="font-medium">
              {spent >= limit ? `${whose(of)} limit is reached: ` : `${whose(of)} limit is nearly used: `}
            </strong>
            {formatMoney(spent, currency)} of {formatMoney(limit, currency)} {spans[span]}
            {spent >= limit ? ". Requests that cost something are refused." : "."}
          </Banner>
        ))}
        {isMailFailing && (
          <Banner tone="warning" link={{ href: "/instance/mail", label: "See the mail that failed" }}>
            <strong className="font-medium">Mail is not delivered.</strong> Invitations and notices arrive late or not
            at all.
          </Banner>
        )}
      </ul>
    </section>
  );
}

const spans = { day: "a day", week: "a week", month: "a month", total: "in total" } as const;

/** Returns whose limit it is. The member's own limit has the id "member:ID". */
const whose = (of: string) =>
  of === "workspace" ? "The workspace's" : of === "ceiling" ? "The operators'" : "Your own";

const looks = {
  danger: "border-danger/35 bg-danger-soft [&>svg]:text-danger",
  warning: "border-warning/35 bg-warning-soft [&>svg]:text-warning",
} as const;

function Banner({
  tone,
  link,
  children,
}: {
  tone: keyof typeof looks;
  link: { href: string; label: string } | undefined;
  children: ReactNode;
}) {
  return (
    <li className={`flex items-start gap-2.5 border-b px-5 py-2.5 text-ink md:px-10 ${looks[tone]}`}>
      <Glyph name="alert" className="mt-[0.1875rem] size-4 shrink-0" />
      <p className="wrap-anywhere min-w-0">
        {children}{" "}
        {link && (
          <Link href={link.href as Route} className="whitespace-nowrap underline underline-offset-3">
            {link.label}
          </Link>
        )}
      </p>
    </li>
  );
}
