import { printable } from '../../core/printable.js';
import type { Action, Step } from './action.js';

/** What a step is called in stories: its own title, or what it does in few words, variables unexpanded. */
export function stepTitle(step: Step): string {
  switch (step.kind) {
    case 'action':
      return step.title ?? printable(withoutPassword(actionTitle(step.action)));
    case 'branch':
      return 'if';
    case 'loop':
      return `each row of ${step.dataset}`;
  }
}

function actionTitle(action: Action): string {
  switch (action.kind) {
    case 'download':
    case 'compress':
      return `${action.kind} ${action.from} to ${action.to}${action.removeSource ? ' and remove each source' : ''}`;
    case 'copy':
    case 'move':
    case 'rename':
    case 'extract':
      return `${action.kind} ${action.from} to ${action.to}`;
    case 'list':
      return `list ${action.from} into ${action.into}`;
    case 'delete':
      return `delete ${action.path}`;
    case 'makeFolder':
      return `make folder ${action.path}`;
    case 'archive':
      return `archive ${action.path} as ${action.to}`;
    case 'encrypt':
    case 'decrypt':
    case 'sign':
    case 'verify':
      return `${action.kind} ${action.from}`;
    case 'run':
      return `run ${action.command[0] ?? ''}`;
    case 'http':
      return `${action.method} ${withoutQuery(action.url)}`;
    case 'mail':
      return `mail to ${action.to.join(', ')}`;
    case 'systemLog':
      return `write to the system's log`;
    case 'call':
      return `call rule ${action.rule}`;
    case 'wait':
      return `wait ${action.forMs / 1000} s`;
    case 'fail':
      return 'fail';
    case 'stop':
      return `stop ${action.what}`;
  }
}

/** A query may hold a secret. */
function withoutQuery(url: string): string {
  return url.split('?')[0] ?? '';
}

/** Of a URL that holds one. */
function withoutPassword(text: string): string {
  return text.replace(/(:\/\/[^/@:\s]*):[^/@\s]*@/g, '$1:***@');
}
