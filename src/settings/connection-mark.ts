import { createHash } from 'node:crypto';
import type { LoadedSettings } from './settings-file.js';

/**
 * Changes whenever the settings of this connection do: where it leads, who logs in, and where the secrets are (never
 * what they are). A URL has no settings, and always the same mark.
 */
export function connectionMark(connection: string, { settings }: Pick<LoadedSettings, 'settings'>): string {
  const known = settings.connections ?? {};
  const own = Object.hasOwn(known, connection) ? known[connection] : undefined;
  return createHash('sha256').update(canonicalJson(own)).digest('hex').slice(0, 16);
}

function canonicalJson(value: unknown): string {
  const sorted = (_key: string, part: unknown): unknown =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part;
  return JSON.stringify(value, sorted) ?? '';
}
