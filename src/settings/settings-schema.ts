import * as z from 'zod';
import { connectionSchema } from './connection-schema.js';
import { choice, mustBe, onOff, strictGroup, text } from './setting-values.js';
import { transferSchema } from './transfer-schema.js';

const timeZone = text('a time zone such as Europe/Berlin').refine(isTimeZone, {
  error: (issue) => mustBe('a time zone such as Europe/Berlin', issue.input),
});

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

/** All of `tallyman.yaml`. */
export const settingsSchema = strictGroup('the settings', {
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

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
