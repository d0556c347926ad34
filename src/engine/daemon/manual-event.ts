import { isAbsolute, resolve } from 'node:path';
import { parseLocation } from '../../core/location.js';
import type { Platform } from '../../core/platform.js';
import { TransferError } from '../../core/transfer-error.js';
import type { Rule } from '../../rules/rule.js';
import type { EventFile, TriggerEvent } from '../../rules/triggers/trigger-event.js';
import { knownVariables } from '../../rules/variables/known-variables.js';
import { SEND_AGAIN } from '../../runs/actions/send-again.js';
import { canonicalName } from '../../rules/variables/variable-catalogue.js';

/** What a person gives a run that is asked for. */
export interface ManualWish {
  /** By variable name without percent signs. */
  readonly values: Readonly<Record<string, string>>;
  /** As if a trigger had seen this file: a local path, or `connection:/path`. */
  readonly file?: string;
}

export interface ManualEventParts {
  readonly platform: Pick<Platform, 'clock' | 'files' | 'random'>;
  /** Relative paths count from here. */
  readonly folder: string;
}

/** The event of a run by hand. Rejects VARIABLE_UNKNOWN, NOT_FOUND for a local file, REFUSED for an address. */
export async function manualEvent(
  rule: Rule,
  { values, file }: ManualWish,
  parts: ManualEventParts,
): Promise<TriggerEvent> {
  const { clock, random } = parts.platform;
  const manual = rule.triggers.find(({ kind }) => kind === 'manual');
  const sample = manual?.kind === 'manual' ? manual.sample : {};
  refuseUnknown(rule, values);
  return {
    rule: rule.name,
    trigger: 'manual',
    key: `manual:${random.token(20)}`,
    occurredAtMs: clock.now(),
    values: { ...sample, ...values },
    ...(file === undefined ? {} : { file: await eventFile(file, parts) }),
  };
}

async function eventFile(text: string, { platform, folder: base }: ManualEventParts): Promise<EventFile> {
  const location = parseLocation(text);
  if (location.kind === 'url') throw refused('a file of a run is a local path or connection:/path');
  if (location.kind === 'local') {
    const path = isAbsolute(location.path) ? location.path : resolve(base, location.path);
    return localFile(path, platform);
  }
  const path: string = location.path;
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  return { connection: location.connection, path, folder, sizeBytes: undefined, modifiedMs: undefined };
}

async function localFile(path: string, { files }: Pick<Platform, 'files'>): Promise<EventFile> {
  try {
    const { sizeBytes, modifiedMs } = await files.stat(path);
    return { connection: '', path, folder: resolve(path, '..'), sizeBytes, modifiedMs };
  } catch (cause) {
    throw new TransferError({
      code: 'NOT_FOUND',
      lastCode: -1,
      phase: 'plan',
      message: `${path} cannot be looked at`,
      side: 'us',
      cause,
    });
  }
}

/** Throws VARIABLE_UNKNOWN for a value that no text of the rule could name. */
export function refuseUnknown(rule: Rule, values: Readonly<Record<string, string>>): void {
  const known = [...knownVariables(rule), SEND_AGAIN];
  const isKnown = (name: string) =>
    known.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : each === name));
  const unknown = Object.keys(values).find((name) => !isKnown(canonicalName(name)));
  if (unknown === undefined) return;
  throw new TransferError({
    code: 'VARIABLE_UNKNOWN',
    lastCode: -1,
    phase: 'rule',
    message: `the rule ${rule.name} has no variable ${unknown} that a run could set`,
    advice:
      "Name one of its variables: or of its manual trigger's sample values; tally rules show lists them.",
  });
}

function refused(message: string): TransferError {
  return new TransferError({ code: 'REFUSED', lastCode: -1, phase: 'rule', message, side: 'us' });
}
