import { Button, LinkButton } from "@/app/_ui/button";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { logOut } from "@/app/(auth)/_sign-out/log-out";

/** Offers to sign out and to return to this page with another account. */
export function SwitchAccount({ callbackUrl }: { callbackUrl: string }) {
  return (
    <form action={logOut} className="flex flex-col gap-2">
      <HiddenFields values={{ callbackUrl }} />
      <Button type="submit" variant="primary" size="lg" full>
        Switch account
      </Button>
      <LinkButton href="/" variant="ghost" full>
        Stay signed in as I am
      </LinkButton>
    </form>
  );
}
