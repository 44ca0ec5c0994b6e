CREATE TABLE "mail_route" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"kind" text NOT NULL,
	"sender" text NOT NULL,
	"host" text,
	"port" integer,
	"encryption" text,
	"username" text,
	"secret_sealed" "bytea",
	"has_secret" boolean GENERATED ALWAYS AS (secret_sealed is not null) STORED NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "mail_route_one" CHECK ("mail_route"."id"),
	CONSTRAINT "mail_route_kind" CHECK ("mail_route"."kind" in ('smtp', 'resend')),
	CONSTRAINT "mail_route_sender" CHECK (char_length("mail_route"."sender") between 3 and 400),
	CONSTRAINT "mail_route_server" CHECK (("mail_route"."kind" = 'smtp') = ("mail_route"."host" is not null and "mail_route"."port" is not null and "mail_route"."encryption" is not null)
      and ("mail_route"."kind" = 'smtp' or ("mail_route"."username" is null and "mail_route"."secret_sealed" is not null))),
	CONSTRAINT "mail_route_host" CHECK (char_length("mail_route"."host") between 1 and 253 and "mail_route"."port" between 1 and 65535),
	CONSTRAINT "mail_route_encryption" CHECK ("mail_route"."encryption" in ('tls', 'starttls', 'if-offered', 'none')),
	CONSTRAINT "mail_route_login" CHECK (("mail_route"."username" is not null) = ("mail_route"."kind" = 'smtp' and "mail_route"."secret_sealed" is not null)),
	CONSTRAINT "mail_route_username" CHECK (char_length("mail_route"."username") between 1 and 320)
);
