import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { instanceName, pageAppearance, pageFormats } from "@/server/composition/appearance";
import { AdoptFormats } from "./_shared/formats/adopt-formats";
import { InstanceBanner } from "./_shared/instance-banner";
import { BrandProvider } from "./_ui/brand";
import { PageParts } from "./_ui/page-parts";
import { ToastProvider } from "./_ui/toast";
import "./globals.css";

export function generateMetadata(): Metadata {
  const name = instanceName();
  return {
    title: { default: name, template: `%s · ${name}` },
    description: "People, keys, models and money, one workspace at a time.",
    applicationName: name,
    robots: { index: false, follow: false },
    formatDetection: { telephone: false, email: false, address: false },
  };
}

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#faf7f2" },
    { media: "(prefers-color-scheme: dark)", color: "#161310" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const chosen = (await cookies()).get("theme")?.value;
  const theme = chosen === "light" || chosen === "dark" ? chosen : undefined;
  const { name, logo, banner } = pageAppearance();
  const { formats, isAsked } = await pageFormats();
  return (
    // The theme switch changes the attribute before React reads it, which is intended.
    <html
      lang="en"
      data-theme={theme}
      data-locale={formats.locale}
      data-time-zone={formats.timeZone}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      suppressHydrationWarning
    >
      <body>
        <a
          href="#content"
          className="fixed top-2 left-2 z-70 -translate-y-16 rounded-md bg-ink px-3.5 py-2 text-paper focus-visible:translate-y-0"
        >
          Skip to content
        </a>
        {banner && <InstanceBanner {...banner} />}
        <BrandProvider brand={{ name, logo }}>
          <ToastProvider>{children}</ToastProvider>
          {isAsked && <AdoptFormats />}
          <PageParts />
        </BrandProvider>
      </body>
    </html>
  );
}
