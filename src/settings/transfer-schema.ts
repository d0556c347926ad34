import type * as z from 'zod';
import { OVERWRITE_POLICIES, RETRY_BACKOFFS, VERIFY_MODES } from '../transfers/transfer-options.js';
import { newName, serverCommands } from './server-command-schema.js';
import {
  byteRate,
  choice,
  duration,
  extensionList,
  onOff,
  strictGroup,
  timeLimit,
  wholeNumber,
} from './setting-values.js';

/** How files are moved: at `transfers:` for all connections, within a connection for that one. */
export const transferShape = {
  overwrite: choice(OVERWRITE_POLICIES).optional(),
  verify: choice(VERIFY_MODES).optional(),
  keepTime: onOff.optional(),
  ascii: extensionList.optional(),
  renameTo: newName.optional(),
  before: serverCommands.optional(),
  after: serverCommands.optional(),
  removeSkippedSource: onOff.optional(),
  missingSourceOk: onOff.optional(),
  timeout: timeLimit.optional(),
  resume: onOff.optional(),
  retries: wholeNumber(0, 1000, 3).optional(),
  retryDelay: duration.optional(),
  retryBackoff: choice(RETRY_BACKOFFS).optional(),
  parallel: wholeNumber(1, 64, 4).optional(),
  bandwidth: byteRate.optional(),
};

export const transferSchema = strictGroup('transfers', transferShape);

export type TransferSettings = z.output<typeof transferSchema>;
export type TransferKey = keyof typeof transferShape;
export const TRANSFER_KEYS = Object.keys(transferShape) as readonly TransferKey[];
