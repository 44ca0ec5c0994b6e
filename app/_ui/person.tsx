import type { ReactNode } from "react";
import { Avatar } from "./avatar";

/** Draws a person in a table: picture or initials, name, badges and address. */
export function Person({
  name,
  email,
  picture,
  children,
}: {
  name: string;
  email: string | null;
  picture?: string | undefined;
  children?: ReactNode;
}) {
  return (
    <div className="who">
      <Avatar name={name} src={picture} />
      <span>
        <strong>{name}</strong>
        {children}
      </span>
      <small>{email}</small>
    </div>
  );
}
