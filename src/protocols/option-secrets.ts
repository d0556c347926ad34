import { Secret } from '../core/secret.js';

/** Every secret that stands anywhere in the options of a session. */
export function secretsIn(options: unknown): readonly Secret[] {
  if (options instanceof Secret) return [options];
  if (typeof options !== 'object' || options === null || ArrayBuffer.isView(options)) return [];
  return Object.values(options).flatMap(secretsIn);
}
