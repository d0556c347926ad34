import { ROLES } from '../store/access-store.js';
import { DEFAULT_STATUS, HTTP_STATUSES } from './http-status.js';
import { API_ROUTES } from './route-table.js';

interface PageDocument {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly operationId: string; readonly summary: string }>>>
  >;
}

/** Roles of the routes that are no rows of the table. */
const OTHER_ROLES: Readonly<Record<string, string>> = {
  isAlive: 'none',
  isReady: 'none',
  getMetrics: 'viewer',
  getDocument: 'viewer',
  watchEvents: 'viewer',
  callHook: "the hook's own secret",
};

/** The reference page of the API, as it must stand in docs/reference/rest-api.md. */
export function renderApiPage({ paths }: PageDocument): string {
  const rows = Object.entries(paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(
      ([method, { operationId, summary }]) =>
        `| \`${method.toUpperCase()} ${path}\` | ${roleOf(operationId)} | ${changes(operationId)} | ${summary} |`,
    ),
  );
  const statuses = Object.entries(HTTP_STATUSES).map(([code, status]) => `| ${status} | ${code} |`);
  return [
    INTRO,
    '## Routes\n',
    '| route | role | audit | what it does |\n| --- | --- | --- | --- |',
    ...rows,
    BETWEEN,
    '| status | code |\n| --- | --- |',
    ...statuses,
    '',
    `Any other code has ${DEFAULT_STATUS.us} where our side must act, else ${DEFAULT_STATUS.partner}.`,
    '',
  ].join('\n');
}

function roleOf(operation: string): string {
  const role = API_ROUTES.find((route) => route.operation === operation)?.role ?? OTHER_ROLES[operation];
  if (role === undefined) throw new Error(`the page knows no role of ${operation}`);
  return role;
}

function changes(operation: string): string {
  return API_ROUTES.find((route) => route.operation === operation)?.audit?.what ?? '';
}

const INTRO = `# The REST API

<!-- Made from src/api/ by \`npx vitest run src/api/openapi -u\`. Do not edit. -->

A running daemon listens on \`http://127.0.0.1:4480\` (\`api:\` in the [settings](settings.md)); another address than
loopback needs \`api.tls\`. The same as an OpenAPI document: [openapi.json](openapi.json), or \`/openapi.json\` of the daemon.

- **Tokens.** Every route is refused unless the token (\`Authorization: Bearer tly_...\`) has the role in the table:
  ${ROLES.join(' < ')}; each may do what the ones before it may. \`tally tokens create NAME --role ROLE\` makes one and
  shows it once; only its SHA-256 is kept. Commands on the daemon's machine need none: they use \`daemon.json\` in the state
  folder, which only the daemon's user can read, and whose token ends with the daemon.
- **Limits.** \`api.requestsPerMinute\` for each address and each token; ten bad tokens lock an address out for ten minutes
  (but not the local commands). Bodies are JSON of at most 64 KiB, webhooks of at most 1 MiB. Unknown fields are refused.
- **Names.** The Host header must be localhost, an address, the machine's name or one of \`api.hostNames\`. There is no CORS.
  \`X-Forwarded-For\` counts only from \`api.trustedProxies\`; the audit keeps both addresses.
- **Audit.** Each change has its entry before it is made (the word in the table), and then what came of it; refusals have theirs, at most 30 a minute,
  the others counted.
- **Pages.** Lists are newest first; \`nextCursor\` of a page goes into \`cursor\` for the next one and is absent on the last.
  \`/v1/transfers?count=true\` counts all rows that match, up to 10,000; beyond it \`isExact\` is false.
- **Events.** \`/v1/events\` is a stream (server-sent events) with a comment every 15 seconds. \`Last-Event-ID\` goes on after
  that event, of the last 1,000. A reader that is too slow gets \`event: missed\` with the number left out.
- **Failures** are \`application/problem+json\` (RFC 9457) with our \`code\` (see [errors](errors.md)), whose \`side\` must act, and
  \`advice\`. Match the code, never the text.
`;

const BETWEEN = `
## Statuses by code
`;
