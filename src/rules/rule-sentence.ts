import { showDuration } from '../settings/duration.js';
import type { Action, Step } from './actions/action.js';
import type { Rule } from './rule.js';
import type { ScheduleTrigger, Trigger } from './triggers/trigger.js';

const MAX_ACTIONS = 4;

/** The rule in one plain sentence: `When *.xml arrives in /srv/out, move it to acme:/in/`. */
export function ruleSentence(rule: Pick<Rule, 'triggers' | 'steps' | 'condition'>): string {
  const when = rule.triggers.map(triggerWords).join(', or ');
  const condition = rule.condition === undefined ? '' : ', if its condition holds';
  const deeds = rule.steps.flatMap(stepWords);
  const shown = deeds.slice(0, MAX_ACTIONS).join(', then ');
  const rest = deeds.length > MAX_ACTIONS ? ` and ${deeds.length - MAX_ACTIONS} more` : '';
  const sentence = `${when}${condition}, ${shown}${rest}`;
  return `${sentence[0]?.toUpperCase() ?? ''}${sentence.slice(1)}`;
}

/** When a trigger lets its rule run. */
export function triggerWords(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'schedule':
      return scheduleWords(trigger);
    case 'folder':
      return `when ${masksWords(trigger.include)} arrives in ${trigger.path}`;
    case 'remote':
      return `when ${masksWords(trigger.include)} appears at ${trigger.from}`;
    case 'webhook':
      return `when the webhook ${trigger.hook} is called`;
    case 'manual':
      return 'when somebody runs it';
    case 'afterRule':
      return `after ${trigger.rule} ${trigger.result === 'any' ? 'has ended' : `has ${trigger.result}`}`;
    case 'daemon':
      return trigger.when === 'started' ? 'when the daemon starts' : 'when the daemon stops';
    case 'monitorFailed':
      return trigger.rule === undefined
        ? 'when a folder cannot be watched'
        : `when the folder of ${trigger.rule} cannot be watched`;
    case 'connectionFailed':
      return `when ${trigger.connection} has failed ${trigger.times} times`;
  }
}

function scheduleWords({ cron, everyMs, onceAtMs, timeZone }: ScheduleTrigger): string {
  if (everyMs !== undefined) return `every ${showDuration(everyMs)}`;
  if (onceAtMs !== undefined) return `once, at ${new Date(onceAtMs).toISOString()}`;
  return `${cronWords(cron ?? '')} (${timeZone})`;
}

const DAY_NAMES: Readonly<Record<string, string>> = {
  '*': 'each day',
  '1-5': 'each weekday',
  'mon-fri': 'each weekday',
};

/** The usual forms in words, the others as they are. */
function cronWords(cron: string): string {
  const match = /^(?:0 )?(\d{1,2}) (\d{1,2}) \* \* (\S+)$/.exec(cron.trim());
  const days = DAY_NAMES[match?.[3]?.toLowerCase() ?? ''];
  if (match === null || days === undefined) return `at the times of "${cron}"`;
  return `${days} at ${(match[2] ?? '').padStart(2, '0')}:${(match[1] ?? '').padStart(2, '0')}`;
}

function masksWords(masks: readonly string[]): string {
  return masks.length === 0 ? 'a file' : masks.join(', ');
}

function stepWords(step: Step): readonly string[] {
  if (step.kind === 'branch') return ['do one thing or another by a condition'];
  if (step.kind === 'loop')
    return [`for each of ${step.dataset}: ${step.steps.flatMap(stepWords).join(', then ')}`];
  return [step.title ?? actionWords(step.action)];
}

/** What an action does, as a command to somebody. */
export function actionWords(action: Action): string {
  switch (action.kind) {
    case 'copy':
    case 'move':
    case 'download':
      return `${action.kind} ${fileWords(action.from)} to ${action.to}`;
    case 'list':
      return `list ${action.from} as ${action.into}`;
    case 'rename':
      return `rename ${fileWords(action.from)} to ${action.to}`;
    case 'delete':
      return `delete ${fileWords(action.path)}`;
    case 'makeFolder':
      return `make the folder ${action.path}`;
    case 'archive':
      return `archive ${fileWords(action.path)} as ${action.to}`;
    case 'compress':
    case 'extract':
      return `${action.kind} ${fileWords(action.from)} to ${action.to}`;
    case 'encrypt':
    case 'decrypt':
    case 'sign':
      return `${action.kind} ${fileWords(action.from)}`;
    case 'verify':
      return `check the signature of ${fileWords(action.from)}`;
    case 'run':
    case 'http':
    case 'mail':
    case 'systemLog':
    case 'call':
    case 'wait':
    case 'fail':
    case 'stop':
      return otherWords(action);
  }
}

type OtherAction = Extract<
  Action,
  { readonly kind: 'run' | 'http' | 'mail' | 'systemLog' | 'call' | 'wait' | 'fail' | 'stop' }
>;

function otherWords(action: OtherAction): string {
  switch (action.kind) {
    case 'run':
      return `run ${action.command[0] ?? ''}`;
    case 'http':
      return `send ${action.method} ${action.url}`;
    case 'mail':
      return `send an e-mail to ${action.to.join(', ')}`;
    case 'systemLog':
      return "write to the system's log";
    case 'call':
      return `run the rule ${action.rule}`;
    case 'wait':
      return `wait ${showDuration(action.forMs)}`;
    case 'fail':
      return `fail: ${action.reason}`;
    case 'stop':
      return 'stop';
  }
}

/** The event's own file is "it". */
function fileWords(path: string): string {
  return path.toUpperCase() === '%FS.PATH%' ? 'it' : path;
}
