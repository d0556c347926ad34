import { QUERY_FIELDS, STORE_FIELDS, type QueryField } from './query-fields.js';

/** Queries of the page, each with what it finds; a test parses them all. */
export const PAGE_QUERIES: readonly (readonly [query: string, finds: string])[] = [
  ['inv_0301.xml', 'every attempt at that file'],
  ['result:failed host:*.acme.example since:24h', 'what failed with this partner in the last 24 hours'],
  ['code:530,10060,5xx op:upload', 'uploads with one of these codes'],
  ['-host:localhost result:failed', 'failures, but not those of local copies'],
  ['-code:226,250 protocol:ftp,ftps', 'over FTP, whatever did not end with one of these'],
  ['*.xml folder:/in/orders', 'XML files in a folder and all below it'],
  [String.raw`D:\out\2026-03 user:batch`, 'a Windows path, as it was pasted, with a user'],
  ['"price list, final.csv"', 'a name with a space and a comma'],
  ['path:"what?.txt"', 'a question mark that stands for itself'],
  ['user:""', 'lines without a user'],
  ['since:2026-03-01 until:2026-03-07', 'seven days, the last one whole'],
  ['since:"2026-03-29 01:30 Europe/Berlin" until:2026-03-29T03:30Z', 'from one zone to another'],
  ['result:inferred result:failed', 'failures that nine columns do not vouch for'],
];

/** The reference page of the query language, as it must stand in docs/reference/query.md. */
export function renderQueryPage(): string {
  return [
    INTRO,
    '| query | finds |',
    '| --- | --- |',
    ...PAGE_QUERIES.map(([query, finds]) => `| ${code(query)} | ${finds} |`),
    '',
    FIELDS_INTRO,
    '| field | also | values | meaning | example |',
    '| --- | --- | --- | --- | --- |',
    ...QUERY_FIELDS.map(fieldRow),
    '',
    STORE_INTRO,
    '| field | also | values | meaning | example |',
    '| --- | --- | --- | --- | --- |',
    ...STORE_FIELDS.map(fieldRow),
    '',
    REST,
  ].join('\n');
}

function fieldRow({ name, synonyms, values, means, example }: QueryField): string {
  return `| ${code(name)} | ${synonyms.map(code).join(' ')} | ${values} | ${means} | ${code(example)} |`;
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

const INTRO = `# Queries

<!-- Made from src/client-log/query by \`npx vitest run src/client-log/query/query-page -u\`. Do not edit. -->

One language says which records are meant, everywhere in Tallyman: \`tally log find QUERY\`, \`tally log retry QUERY\`, the
flag \`--where QUERY\` of the other \`tally log\` commands, and \`parseQuery\` of \`tallyman/client-log\`.

- \`field:value\` means a column; a bare word is looked for in both paths.
- A space means *and*, a comma between values *or*, a minus right before a field or word *not*.
- \`*\` stands for any characters, \`?\` for one. Without a wildcard a path is found by any part of it, everything else by
  the whole value.
- Upper and lower case are the same.
- Quotes take every meaning away from what stands between them: spaces, commas, colons, wildcards, a leading minus. Two
  quotes within quotes are one that is meant.
- A Windows path may be pasted as it is: one letter before \`:\\\` or \`:/\` is a drive, not a field.

In a shell the whole query stands in single quotes (in \`cmd\` in double ones, with those of the query doubled):
\`tally log find 'result:failed "price list.csv"' cl*.log\`. A query with a mistake is refused, the place is marked and
what may be meant is suggested; the exit code is 2.
`;

const FIELDS_INTRO = `## Fields
`;

const STORE_INTRO = `### Of the daemon's transfers only

\`GET /v1/transfers?q=QUERY\` takes these too. A client log has no column for them: the log commands refuse them and say so.
`;

const REST = `## Paths

A bare word and \`path:\`, \`local:\` and \`remote:\` follow one rule. Without a wildcard the text may stand anywhere in the
path: \`inv_03\` finds \`/in/inv_0301.xml\`. With one, the mask must fit the base name or the whole path: \`*.xml\` and
\`/in/*.xml\` find it, \`in/*.xml\` does not; a \`*\` goes over separators too. \`file:\` and \`ext:\` compare the base name and its extension as a whole. Where
a line can be parted in more than one way, because a semicolon stands in a path, each way counts.

## Times

The lines of a log name no zone. A time of a query without a zone is meant in the zone of \`--time-zone\`, else of the
settings, else of this machine; it is then turned into the zone of each file. \`since\` takes in its own second, \`until\`
does not; a day, month or year is meant as a whole, so \`until:2026-03-01\` goes to the end of that day. A relative time
counts back from now, a day as 24 hours. An hour that the clocks show twice is taken the first time.

## What the log does not hold

\`size\`, \`took\`, \`rule\` and the like are refused with a sentence that says so: the client log has no such column.
`;
