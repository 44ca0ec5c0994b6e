/** The labels of the encryption modes of a connection to a mail server. */
export const encryptions = {
  tls: "TLS from the first byte",
  starttls: "STARTTLS, required",
  "if-offered": "STARTTLS, if the server offers it",
  none: "None",
} as const;
