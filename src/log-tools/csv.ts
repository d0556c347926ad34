/** A value of a table that programs read. */
export type CellValue = string | number | boolean | undefined;

/**
 * One line of comma-separated values (RFC 4180), without its end. A text that a spreadsheet would run as a formula
 * (OWASP, "CSV Injection") is made harmless by an apostrophe: file names come from strangers.
 */
export function csvLine(values: readonly CellValue[]): string {
  return values.map(csvCell).join(',');
}

function csvCell(value: CellValue): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
