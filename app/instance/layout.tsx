import type { ReactNode } from "react";
import { Wordmark } from "@/app/_ui/mark";
import { Sheet, SheetButton } from "@/app/_ui/sheet";
import { AccountMenu } from "@/app/w/[workspace]/account-menu";
import { api } from "@/server/composition/caller";
import { Navigation } from "./navigation";

/** Draws the frame around the instance's pages. It draws; whether a person may be here, each page's own reads decide. */
export default async function InstanceLayout({ children }: { children: ReactNode }) {
  const { account, instance } = await api();
  const [menu] = await Promise.all([account.menu(), instance.enter()]);
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[15.5rem_minmax(0,1fr)]">
      <Sheet>
        <div className="flex h-full flex-col">
          <div className="px-5 pt-5 pb-6">
            <Wordmark />
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-3 pb-4">
            <Navigation />
          </div>
          <div className="border-hairline border-t p-2">
            <AccountMenu person={menu} workspace={null} recent={menu.recent} invitations={menu.invitations} />
          </div>
        </div>
      </Sheet>
      <div className="flex min-w-0 flex-col">
        <header className="sticky top-0 z-10 flex items-center gap-2 border-hairline border-b bg-paper/95 px-3 py-2 md:hidden">
          <SheetButton />
          <span className="min-w-0 truncate font-medium">Instance settings</span>
        </header>
        <main id="content" className="mx-auto w-full max-w-270 flex-1 px-4 py-6 md:px-10 md:py-10">
          {children}
        </main>
      </div>
    </div>
  );
}
