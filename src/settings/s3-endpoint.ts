import type { S3Options } from '../protocols/s3/s3-options.js';
import type { Partner } from './partner.js';
import { settingsError } from './settings-error.js';
import type { PlaceContext } from './place-context.js';

/** S3 and what speaks like it. */
export function s3Options(partner: Partner, timeoutMs: number, context: PlaceContext): Promise<S3Options> {
  void timeoutMs;
  void context;
  return Promise.reject(settingsError(partner.originOf(), `${partner.scheme} is not built yet`));
}
