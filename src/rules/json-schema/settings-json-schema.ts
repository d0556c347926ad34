import * as z from 'zod';
import { connectionSchema } from '../../settings/connection-schema.js';
import { jsonFormOf, type JsonForm } from '../../settings/json-form.js';
import { CONNECTION_MEANINGS, TRANSFER_MEANINGS } from '../../settings/setting-meanings.js';
import { settingsSchema } from '../../settings/settings-schema.js';
import { STEP_HEADS } from '../actions/step-schema.js';
import { HOUSE_SCHEMAS } from '../house-schema.js';
import { calendarSchema, ruleSchema } from '../rule-schema.js';
import { TRIGGER_KEYS } from '../triggers/trigger-schema.js';

export const JSON_SCHEMA_PARTS = ['config', 'rule', 'connection'] as const;
export type JsonSchemaPart = (typeof JSON_SCHEMA_PARTS)[number];

/**
 * The settings as JSON Schema (draft-07), made from the schemas that check them; for editors and other tools. It takes
 * what they take; what only a look at the whole can tell (names that lead nowhere, contradictions) it lets pass.
 */
export function settingsJsonSchema(part: JsonSchemaPart): JsonForm {
  const schema = PARTS[part]();
  const made = z.toJSONSchema(schema, { io: 'input', target: 'draft-07', unrepresentable: 'any', override });
  const { $schema, ...rest } = made as Readonly<Record<string, unknown>>;
  return { $schema, title: `Tallyman: ${part}`, ...rest };
}

const PARTS: Readonly<Record<JsonSchemaPart, () => z.ZodType>> = {
  config: () => wholeSettings,
  rule: () => ruleSchema,
  connection: () => connectionSchema,
};

const named = <Schema extends z.ZodType>(schema: Schema, description: string) =>
  z.record(z.string(), schema).optional().meta({ description });

const part = <Schema extends z.ZodType>(schema: Schema, description: string) =>
  schema.optional().meta({ description });

const wholeSettings = z.strictObject({
  ...settingsSchema.shape,
  include: settingsSchema.shape.include.meta({
    description: 'more files, relative to this one; masks are fine',
  }),
  connections: named(connectionSchema, 'partners by name: acme:/in/ means the folder /in/ of acme'),
  rules: named(ruleSchema, 'what runs by itself: triggers, conditions, actions'),
  calendars: named(calendarSchema, 'named days, such as holidays'),
  commands: part(HOUSE_SCHEMAS.commands, 'the only programs that rules may run'),
  mail: part(HOUSE_SCHEMAS.mail, 'how e-mail leaves'),
  api: part(HOUSE_SCHEMAS.api, 'where the API listens'),
  store: part(HOUSE_SCHEMAS.store, 'where the store is, and how long it keeps what'),
});

type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']>;

/** What cannot be read from the schemas themselves. */
const override: Override = ({ zodSchema, jsonSchema }) => {
  const form = jsonFormOf(zodSchema);
  if (form !== undefined) {
    const { description, default: preset } = jsonSchema;
    for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
    Object.assign(jsonSchema, form, withValue('description', description), withValue('default', preset));
  }
  const { properties } = jsonSchema;
  if (properties === undefined) return;
  if ('copy' in properties && 'each' in properties) jsonSchema.anyOf = STEP_HEADS.map(oneRequired);
  if ('folder' in properties && 'schedule' in properties) jsonSchema.oneOf = TRIGGER_KEYS.map(oneRequired);
  addMeanings(properties);
};

function withValue(key: string, value: unknown): JsonForm {
  return value === undefined ? {} : { [key]: value };
}

function oneRequired(key: string): { readonly required: string[] } {
  return { required: [key] };
}

/** Keys of connections and transfers have their meaning in a table of their own. */
function addMeanings(properties: Readonly<Record<string, JsonForm | boolean>>): void {
  const isTransfer = 'retryBackoff' in properties;
  const isConnection = 'maxConnections' in properties;
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value !== 'object' || 'description' in value) continue;
    const meanings: Readonly<Record<string, string>> = {
      ...(isTransfer ? TRANSFER_MEANINGS : {}),
      ...(isConnection ? CONNECTION_MEANINGS : {}),
    };
    const description = meanings[key];
    if (description !== undefined) Object.assign(value, { description });
  }
}
