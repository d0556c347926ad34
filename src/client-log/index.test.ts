import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import * as clientLog from './index.js';

/** Files that are loaded at run time from `file` on, and the modules of others that they load. */
function loadedFrom(file: URL, files = new Set<string>(), modules = new Set<string>()) {
  if (files.has(file.href)) return { files, modules };
  files.add(file.href);
  const source = readFileSync(file, 'utf8');
  for (const [, clause = '', name = ''] of source.matchAll(/^(?:import|export)\s([^;]*?)from '([^']+)';/gm)) {
    if (clause.startsWith('type ')) continue;
    if (name.startsWith('.')) loadedFrom(new URL(name.replace(/\.js$/, '.ts'), file), files, modules);
    else modules.add(name);
  }
  return { files, modules };
}

it('loads no module of Node and no package, so that it runs in browsers', () => {
  const { files, modules } = loadedFrom(new URL('./index.ts', import.meta.url));
  expect(files.size).toBeGreaterThan(20);
  expect([...modules]).toEqual([]);
});

it('exports what other programs build on', () => {
  expect(Object.keys(clientLog).sort()).toMatchInlineSnapshot(`
    [
      "CODE_TABLES",
      "ClientLogWriter",
      "LINE_ENDS",
      "LOG_OPERATIONS",
      "LOG_PROTOCOLS",
      "LineSplitter",
      "MAX_LINE_BYTES",
      "NO_LINES",
      "QueryError",
      "RETRY_WORDS",
      "SIDE_WORDS",
      "SYNC_POLICIES",
      "TABLE_TITLES",
      "UNDEFINED_FAILURE",
      "clientLogFileName",
      "clientLogRecordOf",
      "codeInWords",
      "countLines",
      "explainCode",
      "formatRecord",
      "instantOf",
      "isAmbiguous",
      "isLogOperation",
      "isLogProtocol",
      "isLogTime",
      "isTimeZone",
      "isTooLong",
      "localTime",
      "loggedCode",
      "parseLine",
      "parseLogLine",
      "parseQuery",
      "partnerOf",
      "quoteQueryText",
      "readClientLog",
      "readLine",
      "readLogBatches",
      "readsAsSuccess",
      "recordOf",
      "recordProblem",
    ]
  `);
});

it.each(['reference/client-log.md', 'guides/read-the-client-log.md'])(
  'every line shown in docs/%s is a line that Tallyman writes',
  (page) => {
    const text = readFileSync(fileURLToPath(new URL(`../../docs/${page}`, import.meta.url)), 'utf8');
    const lines = text.match(/^\d{4}-\d{2}-\d{2} .*$/gm) ?? [];
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(clientLog.parseLine(line), line).toMatchObject({ kind: 'record' });
  },
);

it('exports everything that the table of docs/reference/client-log.md names', () => {
  const page = readFileSync(
    fileURLToPath(new URL('../../docs/reference/client-log.md', import.meta.url)),
    'utf8',
  );
  const table = page.slice(page.indexOf('| Export |'));
  const rows = [...table.matchAll(/^\| (`.*?) \|/gm)].map(([, first = '']) => first);
  const named = rows.flatMap((row) => [...row.matchAll(/`(\w+)/g)].map(([, name]) => name));
  expect(named.length).toBeGreaterThan(10);
  expect(Object.keys(clientLog)).toEqual(expect.arrayContaining(named));
});
