import { Button, LinkButton } from "@/app/_ui/button";
import { logOut } from "@/app/(auth)/_sign-out/log-out";

/** Shows who is signed in, with links to one of their workspaces and to sign out. */
export function Corner({ email, home }: { email: string; home: string | null }) {
  return (
    <div className="-me-2.5 flex min-w-0 items-center gap-1">
      <span className="hidden min-w-0 truncate text-[0.8125rem] text-ink-faint sm:block">{email}</span>
      {home && (
        <LinkButton href={`/w/${home}`} variant="ghost" size="sm">
          Back
        </LinkButton>
      )}
      <form action={logOut}>
        <Button type="submit" variant="ghost" size="sm">
          Log out
        </Button>
      </form>
    </div>
  );
}
