import type { EventFile } from '../rules/triggers/trigger-event.js';
import { fileEventKey } from '../rules/triggers/trigger-event.js';
import type { EventStore } from '../store/event-store.js';

/**
 * For actions that put a file somewhere themselves (rename, archive, compress, extract, PGP): tells the triggers of the
 * rule that this file is its own work, so that a folder it watches does not start it again. To be called before the
 * file has its name there: size and time are those of the finished file, which a rename does not change.
 */
export async function knowOwnResult(
  events: Pick<EventStore, 'know'>,
  result: { readonly rule: string; readonly file: Omit<EventFile, 'folder'>; readonly nowMs: number },
): Promise<void> {
  const file = { ...result.file, folder: '' };
  await events.know(result.rule, [fileEventKey(file, 'new'), fileEventKey(file, 'changed')], result.nowMs);
}
