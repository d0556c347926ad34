import { printable } from '../../core/printable.js';
import type { LiveEvent } from '../../runs/live-events.js';
import type { Output } from '../output.js';
import { styleFor } from '../style.js';

export type Severity = 'info' | 'warning' | 'error';

/** The daemon's own log on stdout: words on a terminal, one JSON object a line elsewhere. */
export class DaemonLog {
  readonly #output: Output;
  readonly #now: () => number;

  constructor(output: Output, now: () => number) {
    this.#output = output;
    this.#now = now;
  }

  write(severity: Severity, message: string, facts: Readonly<Record<string, unknown>> = {}): void {
    const time = new Date(this.#now()).toISOString();
    const line = this.#output.isTerminal
      ? this.#words(severity, time, message)
      : JSON.stringify({ time, level: severity, message, ...facts });
    void this.#output.write(`${line}\n`);
  }

  /** What a person who reads the log wants to know of; single steps and files stand elsewhere. */
  event(event: LiveEvent): void {
    const told = toldOf(event);
    if (told !== undefined) this.write(told.severity, told.message, { event: event.type, ...event });
  }

  #words(severity: Severity, time: string, message: string): string {
    const style = styleFor(this.#output);
    const text = printable(message, 4000);
    if (severity === 'info') return `${time.slice(11, 19)}Z ${text}`;
    return `${time.slice(11, 19)}Z ${severity === 'error' ? style.bad(text) : style.warning(text)}`;
  }
}

function toldOf(event: LiveEvent): { readonly severity: Severity; readonly message: string } | undefined {
  switch (event.type) {
    case 'run.ended':
      return {
        severity: event.state === 'failed' ? 'warning' : 'info',
        message: `run ${event.run} of ${event.rule} ${event.state}${event.reason === '' ? '' : `: ${event.reason}`}`,
      };
    case 'alarm.opened':
      return { severity: 'error', message: `alarm: ${event.text}` };
    case 'alarm.closed':
      return { severity: 'info', message: `over: ${event.text}` };
    case 'partner.parked':
      return { severity: 'error', message: `${event.connection} is parked: ${event.reason}` };
    case 'partner.released':
      return { severity: 'info', message: `${event.connection} is released: ${event.reason}` };
    case 'settings.reloaded':
      return event.ok
        ? { severity: 'info', message: 'the settings were read again and are in force' }
        : {
            severity: 'error',
            message: `the settings are not valid, the last good rules stay: ${event.problems.join('; ')}`,
          };
    case 'trigger.failed':
      return { severity: 'warning', message: `${event.rule}: its trigger ${event.trigger} cannot look` };
    case 'trigger.recovered':
      return { severity: 'info', message: `${event.rule}: its trigger ${event.trigger} looks again` };
    case 'run.created':
    case 'run.started':
    case 'step.changed':
    case 'attempt.ended':
    case 'trigger.looked':
      return undefined;
  }
}
