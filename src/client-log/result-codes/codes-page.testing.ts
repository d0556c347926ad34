import { RETRY_WORDS, SIDE_WORDS, type CodeEntry } from './code-entry.js';
import { CODE_TABLES, type CodeTableName } from './code-tables.js';
import { TIMED_OUT_OVER_HTTP } from './winsock-connections.js';

interface Section {
  readonly table: CodeTableName;
  readonly title: string;
  readonly intro: string;
}

const SECTIONS: readonly Section[] = [
  {
    table: 'eft',
    title: "EFT's own numbers and SOCKS",
    intro:
      'Written when a SOCKS proxy refuses or cannot be reached, and when our own clock ran out. On a line of `sftp` the numbers 1 to 8 may also be SFTP statuses, which is then the likelier reading.',
  },
  {
    table: 'sftp',
    title: 'SFTP',
    intro: 'Written on lines of `sftp` once the SSH session stands. 0 is success.',
  },
  {
    table: 'ftp',
    title: 'FTP and FTPS',
    intro:
      'The last reply of the server. 2xx reads as success; 1xx and 3xx as last code say that the next reply never came; 4xx is a refusal for now, 5xx for good.',
  },
  {
    table: 'http',
    title: 'HTTP, HTTPS, WebDAV and S3',
    intro:
      'The status of the server, or of an HTTP proxy that refused to make a tunnel (then on lines of every protocol). 2xx reads as success.',
  },
  {
    table: 'winsock',
    title: 'Sockets and name resolution (WinSock)',
    intro:
      'Written when no reply of the protocol was read: the name, the connection or the line failed. Tallyman writes the Windows numbers on every system.',
  },
  { table: 'win32', title: 'Local files (Win32)', intro: 'Written on lines of `local`. 0 is success.' },
  { table: 'tallyman', title: "Tallyman's own", intro: 'On lines of every protocol.' },
];

/** The reference page of the dictionary, as it must stand in docs/reference/codes.md. */
export function renderCodesPage(): string {
  return [INTRO, ...SECTIONS.map(renderSection)].join('\n');
}

const INTRO = `# Result codes

<!-- Made from src/client-log/result-codes by \`npx vitest run src/client-log/result-codes -u\`. Do not edit. -->

Every number that can stand in the column GetLastCode (LAST_RESULT_CODE) of a client log, with what it means,
whose side must act, the likely causes (most likely first), what to check next and whether a retry can help.
The same words come from \`tally code NUMBER\`, and with \`--protocol\` for one protocol only. Words in capitals,
such as HOST, are to be filled in. A number that is not listed is read by the range that it lies in.
`;

function renderSection({ table, title, intro }: Section): string {
  const rows = Object.entries(CODE_TABLES[table])
    .map(([code, entry]) => ({ code: Number(code), entry }))
    .sort((a, b) => a.code - b.code)
    .map(({ code, entry }) => renderEntry(String(code), entry));
  if (table === 'winsock') rows.push(renderEntry('10060 over http and https', TIMED_OUT_OVER_HTTP));
  return [`## ${title}`, '', intro, '', ...rows].join('\n');
}

function renderEntry(code: string, entry: CodeEntry): string {
  return [
    `### ${code}: ${entry.phrase}`,
    '',
    `${entry.meaning} (${entry.name}; ${SIDE_WORDS[entry.side]})`,
    '',
    ...entry.causes.map((cause, index) => `${index + 1}. ${cause}`),
    '',
    ...entry.checks.map((check) => `- Next: ${check}`),
    `- ${RETRY_WORDS[entry.retry]}`,
    `- Source: ${entry.source}.`,
    '',
  ].join('\n');
}
