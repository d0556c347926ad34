import { printable } from '../../../core/printable.js';
import { textOf } from '../figures/selected-lists.js';
import { secondsText } from '../figures/wall-time.js';
import type { ReportData } from '../report-data.js';
import { causeText } from './marks.js';
import { sideSentence } from './words.js';

/** A failed attempt as text for a ticket: what, when, who, meaning, and the line as proof. */
export function ticketText(data: ReportData, index: number): string {
  const failure = data.failures[index];
  const kind = failure && data.cube.kinds[failure.kind];
  if (failure === undefined || kind === undefined) return '';
  const cause = data.causes[kind.cause];
  const { name = '', place = '' } = data.partners[kind.partner] ?? {};
  const partner = place === '' ? name : `${name} (${place})`;
  const lines = [
    `${data.operations[kind.operation] ?? ''} over ${data.protocols[kind.protocol] ?? ''} failed${kind.isInferred ? ' (inferred)' : ''}`,
    `When: ${secondsText(failure.seconds)} (${data.timeZone})`,
    `Partner: ${partner}`,
    `User: ${data.users[failure.user] ?? ''}`,
    `Local path: ${textOf(failure, failure.local)}`,
    `Remote path: ${textOf(failure, failure.remote)}`,
    ...(cause === undefined
      ? []
      : [`Code: ${causeText(cause)}. ${cause.explanation?.meaning ?? ''} ${sideSentence(cause.side)}.`]),
    `Log: ${data.fileNames[failure.file] ?? ''}:${failure.line}`,
    `Line: ${failure.raw}`,
  ];
  return `${lines.map((line) => printable(line, Infinity)).join('\n')}\n`;
}
