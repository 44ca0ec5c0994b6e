import type { ReactNode } from "react";
import { AccountMenu } from "@/app/_shared/account-menu/account-menu";
import { LookingBanner } from "@/app/_shared/look/looking-banner";
import { PageFrame } from "@/app/_shared/page-frame";
import { api } from "@/server/composition/caller";
import { Navigation } from "./_frame/navigation";

/** Draws the frame around the instance's pages. For people who are not operators the pages do not exist. */
export default async function InstanceLayout({ children }: { children: ReactNode }) {
  const { account, instance } = await api();
  const [menu, looks] = await Promise.all([account.menu(), instance.looks(), instance.enter()]);
  return (
    <PageFrame
      navigation={<Navigation />}
      menu={
        <AccountMenu
          person={menu}
          workspace={null}
          recent={menu.recent}
          invitations={menu.invitations}
          waiting={menu.waiting}
        />
      }
      title={<span className="min-w-0 truncate font-medium">Instance settings</span>}
      banners={looks.map((look) => <LookingBanner key={look.id} {...look} isInside={false} />)}
    >
      {children}
    </PageFrame>
  );
}
