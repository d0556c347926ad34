import { asTransferError } from '../../core/transfer-error.js';
import type { Rule } from '../../rules/rule.js';
import type { FolderTrigger, RemoteTrigger } from '../../rules/triggers/trigger.js';
import type { TriggerEvent } from '../../rules/triggers/trigger-event.js';
import type { RunServices } from '../../runs/run-services.js';
import { FolderSource } from '../../trigger-sources/folder-source.js';
import { LookLanes } from '../../trigger-sources/look-lanes.js';
import { RemoteSource } from '../../trigger-sources/remote-source.js';
import type { TriggerSink } from '../../trigger-sources/trigger-source.js';
import { triggerName } from '../daemon/make-source.js';
import { nodeFileUse } from '../platform/node-file-use.js';
import type { RehearsedLook } from './rehearsal.js';

/** A look, and the events that the daemon would make of what it showed, in its order. */
export interface LookWithEvents extends RehearsedLook {
  readonly events: readonly TriggerEvent[];
}

/** So many files of a folder are told of. */
const MOST_VERDICTS = 1000;

/** Looks at everything that the rule watches, by its own sources. Never rejects: a failure is told in its place. */
export async function rehearseLooks(rule: Rule, services: RunServices): Promise<readonly LookWithEvents[]> {
  const looks: LookWithEvents[] = [];
  for (const [index, trigger] of rule.triggers.entries()) {
    if (trigger.kind !== 'folder' && trigger.kind !== 'remote') continue;
    const facts = { trigger: triggerName(rule, index), settleMs: trigger.settleMs };
    try {
      looks.push({ ...facts, ...(await lookOnce(rule, trigger, services)) });
    } catch (error) {
      looks.push({ ...facts, verdicts: [], events: [], failure: asTransferError(error, 'list') });
    }
  }
  return looks;
}

async function lookOnce(rule: Rule, trigger: FolderTrigger | RemoteTrigger, services: RunServices) {
  const events: TriggerEvent[] = [];
  const source = sourceOf(rule, trigger, { services, events });
  const verdicts = await source.looked(MOST_VERDICTS);
  try {
    await source.start();
    await source.lookNow();
  } finally {
    await source.stop();
  }
  return { verdicts, events };
}

/** Nobody has watched the files for the settle time yet: that alone never stands against them here. */
function sourceOf(
  rule: Rule,
  trigger: FolderTrigger | RemoteTrigger,
  { services, events }: { readonly services: RunServices; readonly events: TriggerEvent[] },
): FolderSource | RemoteSource {
  const { platform, store, placeBook: places, guard } = services;
  const sink = listeningSink(events);
  if (trigger.kind === 'remote') {
    const remote = { platform, store, places, guard };
    return new RemoteSource({ rule, trigger: { ...trigger, settleMs: 0 }, sink, services: remote });
  }
  const hints = { watch: async () => undefined };
  const folders = { platform, store, hints, fileUse: nodeFileUse, lanes: new LookLanes() };
  return new FolderSource({ rule, trigger: { ...trigger, settleMs: 0 }, sink, services: folders });
}

function listeningSink(heard: TriggerEvent[]): TriggerSink {
  return {
    emit: async (events) => heard.push(...events),
    looked: () => undefined,
    failed: () => undefined,
    recovered: () => undefined,
  };
}
