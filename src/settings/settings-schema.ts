import * as z from 'zod';
import { connectionSchema } from './connection-schema.js';
import { choice, mustBe, onOff, pathList, strictGroup, text, timeZone } from './setting-values.js';
import { transferSchema } from './transfer-schema.js';

const clientLog = strictGroup('clientLog', {
  folder: text('a folder').optional(),
  tenthColumn: onOff.optional(),
  /** EFT's own name for the same; read by `resolveTenthColumn`, which names the place of a wrong value. */
  Enable10ColumnInClientLog: z.unknown().optional(),
  lineEnd: choice(['os', 'lf', 'crlf']).optional(),
  timeZone: timeZone.optional(),
  sync: choice(['line', 'interval', 'never']).optional(),
  attempts: choice(['all', 'last']).optional(),
});

const eft = strictGroup('eft', {
  advancedProperties: text('the path of an AdvancedProperties.json').optional(),
  registryExport: text('the path of a .reg file').optional(),
});

const connectionName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]+$/);

const connections = z.record(connectionName, connectionSchema, {
  error: (issue) =>
    issue.code === 'invalid_key'
      ? 'a connection has a name of two or more letters, digits, "_", "." or "-"'
      : mustBe('a group of named connections', issue.input),
});

/**
 * What runs by rule: checked by `rules/load-rule-book.ts`, so that a single `tally copy` need not load the language
 * of rules.
 */
const rulePart = {
  rules: z.unknown().optional(),
  calendars: z.unknown().optional(),
};

const daemonPart = {
  commands: z.unknown().optional(),
  mail: z.unknown().optional(),
  api: z.unknown().optional(),
  store: z.unknown().optional(),
};

/** A file that another includes. */
export const includedSchema = strictGroup('an included file', {
  include: pathList.optional(),
  connections: connections.optional(),
  ...rulePart,
});

/** All of `tallyman.yaml`. */
export const settingsSchema = strictGroup('the settings', {
  include: pathList.optional(),
  ...rulePart,
  ...daemonPart,
  clientLog: clientLog.optional(),
  transfers: transferSchema.optional(),
  connections: connections.optional(),
  eft: eft.optional(),
  stateFolder: text('a folder').optional(),
});

export const SETTINGS_KEYS = Object.keys(settingsSchema.shape);
export const CLIENT_LOG_KEYS = Object.keys(clientLog.shape);
export const EFT_KEYS = Object.keys(eft.shape);

export type TallySettings = z.output<typeof settingsSchema>;
export type ClientLogSettings = NonNullable<TallySettings['clientLog']>;
