import type { Query } from '../../client-log/query/query.js';
import type { LogLine } from '../../client-log/reading/log-line.js';
import type { FindOrder } from './scan-task.js';

/** Whether a line that was read is one to find. */
export type LineTest = (line: LogLine) => boolean;

export function lineTest(query: Query, { withUnreadable }: Pick<FindOrder, 'withUnreadable'>): LineTest {
  const text = withUnreadable ? query.requiredText : undefined;
  return (line) => {
    if (line.kind === 'malformed') return text !== undefined && holds(line.raw, text);
    if (line.kind !== 'record' && line.kind !== 'incomplete') return false;
    return line.record !== undefined && query.matches(line.record, line.file);
  };
}

function holds(raw: Uint8Array, text: string): boolean {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  return bytes.toString('latin1').toLowerCase().includes(text);
}
