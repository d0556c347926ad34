import type * as z from 'zod';
import { OVERWRITE_POLICIES, VERIFY_MODES } from '../transfers/transfer-options.js';
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
  removeSkippedSource: onOff.optional(),
  missingSourceOk: onOff.optional(),
  timeout: timeLimit.optional(),
  retries: wholeNumber(0, 1000, 3).optional(),
  retryDelay: duration.optional(),
  parallel: wholeNumber(1, 64, 4).optional(),
  bandwidth: byteRate.optional(),
};

export const transferSchema = strictGroup('transfers', transferShape);

export type TransferSettings = z.output<typeof transferSchema>;
export type TransferKey = keyof typeof transferShape;
export const TRANSFER_KEYS = Object.keys(transferShape) as readonly TransferKey[];
