import { FolderSource, type FolderServices } from '../../trigger-sources/folder-source.js';
import { LookLanes } from '../../trigger-sources/look-lanes.js';
import { RemoteSource } from '../../trigger-sources/remote-source.js';
import { ScheduleSource } from '../../trigger-sources/schedule-source.js';
import type { ScheduleTimer } from '../../trigger-sources/schedule-timer.js';
import type { FolderHints } from '../../trigger-sources/folder-hints.js';
import type { TriggerSink } from '../../trigger-sources/trigger-source.js';
import type { Rule } from '../../rules/rule.js';
import type { RunServices } from '../../runs/run-services.js';
import { nodeFileUse } from '../platform/node-file-use.js';
import type { MakeSource } from './rule-sources.js';

export interface SourceParts {
  readonly services: RunServices;
  readonly sink: TriggerSink;
  readonly timer: ScheduleTimer;
  readonly hints: FolderHints;
  /** For the daemon's own log. */
  readonly note: (text: string) => void;
}

/** Makes what watches for each trigger that has to be watched. */
export function sourceMaker({ services, sink, timer, hints, note }: SourceParts): MakeSource {
  const { platform, store, guard, placeBook: places } = services;
  const folders: FolderServices = { platform, store, hints, fileUse: nodeFileUse, lanes: new LookLanes() };
  return ({ rule, trigger, index, book: { calendars } }) => {
    switch (trigger.kind) {
      case 'folder':
        return new FolderSource({ rule, trigger, sink, services: folders });
      case 'remote':
        return new RemoteSource({ rule, trigger, sink, services: { platform, store, places, guard } });
      case 'schedule':
        return new ScheduleSource({
          rule: rule.name,
          name: triggerName(rule, index),
          trigger,
          calendars,
          timer,
          sink,
          events: store.events,
          platform,
          note,
        });
      case 'webhook':
      case 'manual':
      case 'afterRule':
      case 'daemon':
      case 'monitorFailed':
      case 'connectionFailed':
        return undefined;
    }
  };
}

/** As the sources call themselves when they speak to the sink. */
export function triggerName(rule: Rule, index: number): string {
  const trigger = rule.triggers[index];
  if (trigger === undefined) return '';
  if (trigger.kind === 'folder') return `folder:${trigger.path}`;
  if (trigger.kind === 'remote') return `remote:${trigger.from}`;
  const before = rule.triggers.slice(0, index).filter(({ kind }) => kind === trigger.kind).length;
  return before === 0 ? trigger.kind : `${trigger.kind}-${before + 1}`;
}
