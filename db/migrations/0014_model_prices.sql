CREATE TABLE "model_prices" (
	"model" text NOT NULL,
	"valid_from" date NOT NULL,
	"input_price" bigint NOT NULL,
	"output_price" bigint NOT NULL,
	"training_price" bigint,
	"class_prices" jsonb,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "model_prices_model_valid_from_pk" PRIMARY KEY("model","valid_from"),
	CONSTRAINT "model_prices_model" CHECK (length("model_prices"."model") between 1 and 256 and "model_prices"."model" !~ '[^!-~]'),
	CONSTRAINT "model_prices_amounts" CHECK ("model_prices"."input_price" >= 0 and "model_prices"."output_price" >= 0 and "model_prices"."training_price" >= 0)
);
