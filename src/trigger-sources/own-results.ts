import { normalize } from 'node:path';
import type { Rule } from '../rules/rule.js';
import { fileEventKey, type EventFile } from '../rules/triggers/trigger-event.js';
import type { EventStore } from '../store/event-store.js';

export interface OwnResult {
  readonly rule: Pick<Rule, 'name' | 'triggers'>;
  /** Size and time are those of the finished file, which a rename does not change. */
  readonly file: Omit<EventFile, 'folder'>;
  readonly nowMs: number;
}

/** True when a trigger of the rule looks at files on that side; without a connection, on this machine. */
export function watchesSide({ triggers }: Pick<Rule, 'triggers'>, connection: string): boolean {
  return triggers.some((trigger) => {
    if (trigger.kind === 'folder') return connection === '';
    return trigger.kind === 'remote' && connection !== '' && trigger.from.startsWith(`${connection}:`);
  });
}

/**
 * For actions that put a file somewhere themselves (rename, archive, compress, extract, PGP): tells the triggers of the
 * rule that this file is its own work, so that a folder it watches does not start it again. To be called before the
 * file has its name there. Rejects STORE_FAILED.
 */
export async function knowOwnResult(events: Pick<EventStore, 'know'>, result: OwnResult): Promise<void> {
  const { rule, file, nowMs } = result;
  if (!watchesSide(rule, file.connection)) return;
  const path = file.connection === '' ? normalize(file.path) : file.path;
  const own = { ...file, path, folder: '' };
  await events.know(rule.name, [fileEventKey(own, 'new'), fileEventKey(own, 'changed')], nowMs);
}
