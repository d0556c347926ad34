import type { Platform } from '../../core/platform.js';
import type { ProtocolClient } from '../protocol-client.js';
import type { S3Options } from './s3-options.js';

/** One session with an S3 endpoint. */
export function createS3Client(options: S3Options, platform: Platform): ProtocolClient {
  void platform;
  throw new TypeError(`${options.kind} is not built yet`);
}
