import { didYouMean } from '../../core/did-you-mean.js';
import { printable } from '../../core/printable.js';
import { JSON_SCHEMA_PARTS, settingsJsonSchema } from '../../rules/json-schema/settings-json-schema.js';
import { settingsError } from '../../settings/settings-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';

/** `tally schema`: the JSON Schema of the settings or of a part. */
export async function run({ args }: CommandCall, { stdout }: CommandContext): Promise<number> {
  const wanted = args[0] ?? 'config';
  const part = JSON_SCHEMA_PARTS.find((each) => each === wanted);
  if (part === undefined) {
    throw settingsError(
      { kind: 'location', text: printable(wanted, 80) },
      `is no part of the settings: ${JSON_SCHEMA_PARTS.join(', ')}${didYouMean(wanted, JSON_SCHEMA_PARTS)}`,
    );
  }
  await stdout.write(`${JSON.stringify(settingsJsonSchema(part), null, 2)}\n`);
  return 0;
}
