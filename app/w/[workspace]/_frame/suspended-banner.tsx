/** Shows on every page of a suspended workspace that it is suspended, why, and the effects. */
export function SuspendedBanner({ reason }: { reason: string | null }) {
  return (
    <section aria-label="Suspended" className="border-danger/35 border-b bg-danger-soft px-5 py-2.5 text-ink md:px-10">
      <p>
        <strong className="font-medium">This workspace is suspended</strong> by the people who run this Atelier
        {reason ? `: “${reason}”` : "."} Requests with its keys are refused, and nothing in it can be changed until they
        resume it.
      </p>
    </section>
  );
}
