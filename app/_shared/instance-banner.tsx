import { LinkedText } from "@/app/_ui/linked-text";

const looks = {
  info: "border-hairline bg-sunken",
  warning: "border-warning/35 bg-warning-soft",
} as const;

/** Shows the operators' message above every page. */
export function InstanceBanner({ tone, text }: { tone: keyof typeof looks; text: string }) {
  return (
    <section aria-label="Announcement" className={`border-b px-5 py-2.5 text-ink md:px-10 print:hidden ${looks[tone]}`}>
      <p className="wrap-anywhere">
        {tone === "warning" && <strong className="font-medium">Warning: </strong>}
        <LinkedText text={text} />
      </p>
    </section>
  );
}
