/**
 * Counts the lines of a client log by code with DuckDB, as a program of its own: node duckdb-count.mjs FILE.
 * Prints as JSON its own time for the query and the counts. FILE may be a mask.
 *
 * The flags let it through lines that it finds no sense in: without quotes, missing columns empty, what cannot be read
 * left out. A column more than the log has takes the rest behind the last semicolon.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';

const packages = join(import.meta.dirname, '../../.cache/bench-peers/package.json');
const { DuckDBInstance } = createRequire(packages)('@duckdb/node-api');

const file = process.argv[2].replaceAll("'", "''");
const names = [
  'time',
  'protocol',
  'host',
  'port',
  'user_name',
  'local_path',
  'remote_path',
  'operation',
  'code',
  'result',
  'rest',
];
const columns = names.map((name) => `${name}: 'VARCHAR'`).join(', ');
const query = `
  SELECT code, count(*) AS lines
  FROM read_csv('${file}', delim = ';', header = false, auto_detect = false, quote = '', escape = '',
                columns = {${columns}}, null_padding = true, strict_mode = false, ignore_errors = true,
                max_line_size = 2000000)
  GROUP BY code`;

const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
const connection = await instance.connect();
const started = performance.now();
const rows = (await connection.runAndReadAll(query)).getRows();
const querySeconds = (performance.now() - started) / 1000;
const counts = rows.map(([code, lines]) => [(code ?? '').trim(), Number(lines)]);
process.stdout.write(`${JSON.stringify({ querySeconds, counts })}\n`);
