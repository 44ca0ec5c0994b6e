"use client";

import { createContext, type ReactNode, useContext } from "react";

/** What pages are headed with: the instance's name, and the address of its logo where it has one. */
export type Brand = { name: string; logo: string | null };

const BrandContext = createContext<Brand>({ name: "Atelier", logo: null });

/** Tells everything below it how this instance is called. */
export function BrandProvider({ brand, children }: { brand: Brand; children: ReactNode }) {
  return <BrandContext value={brand}>{children}</BrandContext>;
}

/** Returns how this instance is called. */
export const useBrand = (): Brand => useContext(BrandContext);
