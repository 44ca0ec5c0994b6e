"use client";

import { createContext, type ReactNode, useContext } from "react";

/** The instance's name and the address of its logo; null: it has none. Shown at the head of pages. */
export type Brand = { name: string; logo: string | null };

const BrandContext = createContext<Brand>({ name: "Atelier", logo: null });

/** Provides the instance's name and logo to all components below it. */
export function BrandProvider({ brand, children }: { brand: Brand; children: ReactNode }) {
  return <BrandContext value={brand}>{children}</BrandContext>;
}

/** Returns the instance's name and logo. */
export const useBrand = (): Brand => useContext(BrandContext);
