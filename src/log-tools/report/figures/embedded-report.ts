import type { EmbeddedReport, PackedRows, ReportData } from '../report-data.js';

/** The data as it stands in the page. */
export function packReport(data: ReportData): EmbeddedReport {
  return {
    ...data,
    failures: packRows(data.failures),
    incidents: packRows(data.incidents),
    cube: { ...data.cube, kinds: packRows(data.cube.kinds) },
  };
}

/** The reverse of `packReport`. */
export function unpackReport(embedded: EmbeddedReport): ReportData {
  return {
    ...embedded,
    failures: unpackRows(embedded.failures),
    incidents: unpackRows(embedded.incidents),
    cube: { ...embedded.cube, kinds: unpackRows(embedded.cube.kinds) },
  };
}

function packRows<Row extends object>(rows: readonly Row[]): PackedRows<Row> {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))] as (keyof Row & string)[];
  return { columns, rows: rows.map((row) => columns.map((column) => row[column] ?? null)) };
}

function unpackRows<Row extends object>({ columns, rows }: PackedRows<Row>): readonly Row[] {
  return rows.map((values) => {
    const entries = columns.map((column, index) => [column, values[index]] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== null)) as Row;
  });
}
