import type { Platform } from '../../core/platform.js';
import type { ProtocolClient } from '../protocol-client.js';
import type { HttpOptions } from './http-options.js';

/** One session with a web server or a WebDAV server. */
export function createHttpClient(options: HttpOptions, platform: Platform): ProtocolClient {
  void platform;
  throw new TypeError(`${options.kind} is not built yet`);
}
