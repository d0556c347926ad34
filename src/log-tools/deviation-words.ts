import type { Deviation } from '../client-log/reading/log-line.js';

/** What the reader put up with, in words. */
export const DEVIATION_WORDS: Readonly<Record<Deviation, string>> = {
  'byte-order-mark': 'a byte order mark in front',
  'no-space-after-semicolon': 'no space behind a semicolon',
  'no-final-semicolon': 'no semicolon at the end',
  'host-port-joined': 'host and port in one column',
  'windows-1252': 'written in Windows-1252, not in UTF-8',
  'raw-semicolon-in-path': 'a semicolon within a path',
  'empty-column': 'an empty column',
  'foreign-protocol': 'a protocol that Tallyman does not know',
  'foreign-operation': 'an operation that is neither upload nor download',
  'unescaped-character': 'a control character within a column',
  'loose-spelling': 'words or numbers in another spelling',
};
