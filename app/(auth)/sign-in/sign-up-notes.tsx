/** Shows what a person accepts by signing up, and a contact address, if operators have set them. */
export function SignUpNotes({ supportEmail, termsUrl }: { supportEmail: string | null; termsUrl: string | null }) {
  if (!supportEmail && !termsUrl) return null;
  return (
    <div className="mt-8 flex flex-col gap-1 text-[0.8125rem] text-ink-faint">
      {termsUrl && (
        <p>
          By continuing you accept the{" "}
          <a href={termsUrl} rel="noopener noreferrer" className="underline underline-offset-3">
            terms of use
          </a>
          .
        </p>
      )}
      {supportEmail && (
        <p className="wrap-anywhere">
          Questions? Write to{" "}
          <a href={`mailto:${supportEmail}`} className="underline underline-offset-3">
            {supportEmail}
          </a>
          .
        </p>
      )}
    </div>
  );
}
