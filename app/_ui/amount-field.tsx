import type { ComponentProps } from "react";
import { TextField } from "./field";

type Props = Omit<ComponentProps<typeof TextField>, "type" | "inputMode" | "suffix">;

/** Draws a field for an amount of money, with the currency after it. */
export function AmountField({ currency, ...rest }: Props & { currency: string }) {
  return <TextField inputMode="decimal" autoComplete="off" maxLength={40} suffix={currency} {...rest} />;
}

/** Draws a field for a whole number. */
export function CountField(props: Props) {
  return <TextField inputMode="numeric" autoComplete="off" maxLength={20} {...props} />;
}
