import type { KeySettings } from "./queries";

type Asked = { [Field in keyof KeySettings]?: KeySettings[Field] | undefined };

/**
 * Returns those of the requested settings that differ from the present ones. Undefined means not requested. Lists are
 * compared in their order.
 */
export function changesOf(key: KeySettings, asked: Asked): Partial<KeySettings> {
  return Object.fromEntries(
    Object.entries(asked).filter(
      ([field, value]) =>
        value !== undefined && JSON.stringify(value) !== JSON.stringify(key[field as keyof KeySettings]),
    ),
  );
}
