import { counted } from '../../core/counted.js';
import type { LineColumns } from './line-columns.js';

/** Why a line is no record, as a sentence for the administrator. `reason`: what the reading itself found, if anything. */
export function malformedReason({ text, starts }: LineColumns, reason: string | undefined): string {
  if (text.includes('\0')) return 'it holds NUL bytes, as a damaged file does, or one in UTF-16';
  if (text.startsWith('\ufeff')) return 'a byte order mark stands before it, in the middle of the file';
  if (reason !== undefined) return reason;
  return `it has ${counted(starts.length, 'column')} instead of 9 or 10`;
}
