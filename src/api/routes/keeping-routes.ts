import { nameUnknown } from '../../core/name-unknown.js';
import { z } from 'zod';
import { TransferError } from '../../core/transfer-error.js';
import { ROLES } from '../../store/access-store.js';
import { newToken, tokenHash } from '../access/token-text.js';
import { defineRoute, type ApiRoute } from '../api-route.js';
import {
  alarmData,
  alarmView,
  auditData,
  auditView,
  quarantineData,
  quarantineView,
  tokenData,
  tokenView,
} from '../views/keeping-view.js';
import {
  nameText,
  nextCursor,
  pageOf,
  pageQuery,
  pageRows,
  queryBoolean,
  queryInteger,
} from '../views/view-parts.js';

const DAY_MS = 86_400_000;
export const DEFAULT_TOKEN_DAYS = 90;
export const MAX_TOKEN_DAYS = 3650;

/** Names that the audit uses for others than tokens. */
const RESERVED_NAMES = ['cli', '-'];

const tokenName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, dots, hyphens and underscores, at most 64')
  .refine((name) => !RESERVED_NAMES.includes(name), 'this name is taken by the local command line');

const fileBody = z.strictObject({ rule: nameText, fileKey: z.string().min(1).max(10_000) });

const tokenBody = z.strictObject({
  name: tokenName,
  role: z.enum(ROLES),
  days: z
    .int()
    .min(1)
    .max(MAX_TOKEN_DAYS)
    .optional()
    .describe(`Valid so long (default ${DEFAULT_TOKEN_DAYS})`),
});

export const KEEPING_ROUTES: readonly ApiRoute[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/alarms',
    role: 'viewer',
    operation: 'listAlarms',
    summary: 'Alarms, newest first; one cause is one alarm',
    query: z.strictObject({
      open: queryBoolean.optional().describe('Only those that are open; all of them, on one page'),
      ...pageQuery,
    }),
    answer: z.strictObject({ alarms: z.array(alarmView), ...nextCursor }),
    handle: async ({ face, query }) => {
      if (query.open === true) {
        const open = await face.store.alarms.open();
        return { alarms: open.map(alarmData) };
      }
      const { rows, cursor } = pageRows(await face.store.alarms.list(pageOf(query)), query);
      return { alarms: rows.map(alarmData), ...cursor };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/quarantine',
    role: 'viewer',
    operation: 'listQuarantine',
    summary: 'Files that were put aside, each with its reason',
    query: z.strictObject({ rule: nameText.optional() }),
    answer: z.strictObject({ files: z.array(quarantineView) }),
    handle: async ({ face, query }) => {
      const files = await face.store.runs.quarantined(query.rule);
      return { files: files.map(quarantineData) };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/quarantine/release',
    role: 'operator',
    operation: 'releaseFile',
    summary: 'Lets a rule take up a file again that was put aside',
    body: fileBody,
    answer: z.strictObject({ rule: z.string(), fileKey: z.string() }),
    audit: {
      what: 'quarantine.release',
      target: ({ body }) => body.rule,
      detail: ({ body }) => ({ fileKey: body.fileKey }),
    },
    handle: async ({ face, body: { rule, fileKey }, caller }) => {
      const wasThere = await face.releaseFile(rule, fileKey, caller?.name ?? '-');
      if (!wasThere)
        throw notFound(`${rule} has no such file in quarantine`, 'tally quarantine list shows them.');
      return { rule, fileKey };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/audit',
    role: 'admin',
    operation: 'listAudit',
    summary: 'Who asked for which change, and who was refused; newest first',
    query: z.strictObject(pageQuery),
    answer: z.strictObject({ entries: z.array(auditView), ...nextCursor }),
    handle: async ({ face, query }) => {
      const { rows, cursor } = pageRows(await face.store.access.audits(pageOf(query)), query);
      return { entries: rows.map(auditData), ...cursor };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/tokens',
    role: 'admin',
    operation: 'listTokens',
    summary: 'The tokens, never their text',
    answer: z.strictObject({ tokens: z.array(tokenView) }),
    handle: async ({ face }) => {
      const nowMs = face.platform.clock.now();
      const tokens = await face.store.access.tokens();
      return { tokens: tokens.map((token) => tokenData(token, nowMs)) };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/tokens',
    role: 'admin',
    operation: 'createToken',
    summary: 'Makes a token; its text is in this answer and nowhere else',
    body: tokenBody,
    answer: z.strictObject({ token: z.string(), id: z.int(), expiresMs: z.int() }),
    status: 201,
    audit: {
      what: 'token.create',
      target: ({ body }) => body.name,
      detail: ({ body }) => ({ role: body.role, days: body.days ?? DEFAULT_TOKEN_DAYS }),
    },
    handle: async ({ face, body }) => {
      const { access } = face.store;
      const nowMs = face.platform.clock.now();
      const isTaken = (await access.tokens()).some(
        ({ name, revokedMs, expiresMs }) =>
          name === body.name && revokedMs === undefined && expiresMs > nowMs,
      );
      if (isTaken) {
        throw new TransferError({
          code: 'ALREADY_EXISTS',
          lastCode: -1,
          phase: 'store',
          message: `a valid token has the name ${body.name} already`,
          side: 'us',
          advice: 'Choose another name, so that the audit tells them apart, or revoke that one first.',
        });
      }
      const token = newToken();
      const expiresMs = nowMs + (body.days ?? DEFAULT_TOKEN_DAYS) * DAY_MS;
      const { name, role } = body;
      const id = await access.addToken({ name, role, createdMs: nowMs, expiresMs, hash: tokenHash(token) });
      return { token, id, expiresMs };
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/tokens/:id',
    role: 'admin',
    operation: 'revokeToken',
    summary: 'Revokes a token at once and for good',
    params: z.strictObject({ id: queryInteger(1, Number.MAX_SAFE_INTEGER) }),
    answer: z.strictObject({ id: z.int() }),
    audit: { what: 'token.revoke', target: ({ params }) => String(params.id) },
    handle: async ({ face, params: { id } }) => {
      const wasValid = await face.store.access.revoke(id, face.platform.clock.now());
      if (!wasValid)
        throw notFound(`there is no token ${id} that could be revoked`, 'tally tokens list shows them.');
      return { id };
    },
  }),
];

function notFound(message: string, advice: string): TransferError {
  return nameUnknown(message, advice);
}
