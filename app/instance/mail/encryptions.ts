/** How a connection to a mail server is encrypted, as it is shown. */
export const encryptions = {
  tls: "TLS from the first byte",
  starttls: "STARTTLS, required",
  "if-offered": "STARTTLS, if the server offers it",
  none: "None",
} as const;
