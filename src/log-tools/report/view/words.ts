import { SIDE_WORDS, type ActingSide } from '../../../client-log/result-codes/code-entry.js';
import { secondsText } from '../figures/wall-time.js';
import { markup, type Markup } from './markup.js';

/** `12,345`. */
export function countText(count: number): string {
  return count.toLocaleString('en-GB');
}

/** `1 file`, `12,345 files`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** `1.7 %`; never 0 where there is some, never 100 where some are missing. */
export function percentText(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  if (part === whole) return '100 %';
  const percent = (100 * part) / whole;
  if (percent < 0.1) return 'below 0.1 %';
  if (percent > 99.9) return 'over 99.9 %';
  return `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most);
  const left = names.length - shown.length;
  if (left > 0) return `${shown.join(', ')} and ${countText(left)} more`;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

/** `3 hours`, `2 days`. */
export function hoursText(hours: number): string {
  return hours < 48 ? counted(hours, 'hour') : counted(Math.floor(hours / 24), 'day');
}

/** `The partner must act`. */
export function sideSentence(side: ActingSide): string {
  const words = SIDE_WORDS[side];
  return `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`;
}

/** `partner`, for a cell of a table. */
export const SIDE_NAMES: Readonly<Record<ActingSide, string>> = {
  us: 'us',
  partner: 'partner',
  network: 'network',
  proxy: 'proxy',
  nobody: 'nobody',
};

/** `YYYY-MM-DD HH:MM`. */
export function minutesText(seconds: number): string {
  return secondsText(seconds).slice(0, 16);
}

/** A moment of the log for people and machines; a dash where there is none. */
export function timeCell(seconds: number | undefined): Markup {
  if (seconds === undefined) return markup`<span class="none">none</span>`;
  const text = secondsText(seconds);
  return markup`<time datetime="${text.replace(' ', 'T')}">${text}</time>`;
}

/** A text of the dictionary, in which commands stand between backticks. */
export function withCommands(text: string): Markup {
  return markup`${text.split('`').map((part, index) => (index % 2 === 0 ? part : markup`<code>${part}</code>`))}`;
}

/** The same without seconds, where many fit into a table that would else be too wide. */
export function minuteCell(seconds: number | undefined): Markup {
  if (seconds === undefined) return timeCell(seconds);
  const text = secondsText(seconds);
  return markup`<time datetime="${text.replace(' ', 'T')}" title="${text}">${minutesText(seconds)}</time>`;
}

/** A name from the log, kept from mixing its direction with the text around it. */
export function nameCell(name: string): Markup {
  return markup`<bdi>${name}</bdi>`;
}
