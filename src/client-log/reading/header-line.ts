/** The column names of every heading that the vendor prints, letters only. */
const COLUMN_NAMES = new Set([
  'time',
  'protocol',
  'prot',
  'host',
  'hostname',
  'port',
  'user',
  'username',
  'localpath',
  'remotepath',
  'operation',
  'getlastcode',
  'lastresultcode',
  'actionresult',
]);

const FEWEST_NAMES = 4;
/** A heading is about 100 characters long; no need to take a megabyte apart. */
const LONGEST_HEADER = 1000;

/**
 * Whether a line is a heading: its first column is called Time, at least three more have names of the vendor's
 * headings, and no column has any other name. Case, spaces and underscores do not matter; columns are parted by `;`,
 * `|` or, as in `PROT: HOST:PORT`, by `:`.
 */
export function isHeader(text: string): boolean {
  if (text.length > LONGEST_HEADER || !/^\s*time\s*[;|]/i.test(text)) return false;
  const names = text
    .split(/[;:|]/)
    .map((column) => column.replace(/[\s_]/g, '').toLowerCase())
    .filter((name) => name !== '');
  return names.length >= FEWEST_NAMES && names.every((name) => COLUMN_NAMES.has(name));
}
