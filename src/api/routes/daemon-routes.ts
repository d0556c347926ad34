import { z } from 'zod';
import type { HealthCheck } from '../../engine/daemon/daemon-face.js';
import { defineRoute, type ApiRoute } from '../api-route.js';
import { timeSchema, timeText } from '../views/view-parts.js';

export const statusView = z.strictObject({
  state: z.enum(['starting', 'running', 'draining']),
  version: z.string(),
  node: z.string(),
  pid: z.int(),
  startedAt: timeSchema,
  settingsFile: z.string().optional(),
  settingsProblems: z
    .array(z.string())
    .describe('Of the files as they are now; empty when they are in force'),
  logFolder: z.string(),
  storeFile: z.string(),
  rules: z.int(),
  running: z.int(),
  waiting: z.int(),
  openAlarms: z.int(),
  heldConnections: z.array(z.string()).describe('Parked or shut'),
  quarantined: z.int().describe('Files put aside'),
  checks: z.array(z.strictObject({ name: z.string(), isOk: z.boolean(), text: z.string() })),
});

export const reloadView = z.strictObject({
  ok: z.boolean().describe('False: the last good rules stay in force'),
  problems: z.array(z.string()),
  added: z.array(z.string()),
  removed: z.array(z.string()),
  changed: z.array(z.string()),
});

export const DAEMON_ROUTES: readonly ApiRoute[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/status',
    role: 'viewer',
    operation: 'getStatus',
    summary: 'How the daemon stands: what runs, what waits, what is wrong',
    answer: statusView,
    handle: async ({ face }) => {
      const { store, platform } = face;
      const [alarms, quarantined, checks] = await Promise.all([
        store.alarms.open(),
        store.runs.quarantined(),
        face.health(),
      ]);
      const { settingsFile, settingsProblems, ...status } = face.status();
      return {
        ...status,
        ...(settingsFile === undefined ? {} : { settingsFile }),
        settingsProblems: [...settingsProblems],
        version: face.version,
        pid: platform.host.pid,
        startedAt: timeText(face.startedMs),
        rules: face.book().rules.length,
        openAlarms: alarms.length,
        heldConnections: face.connections
          .list()
          .filter(({ admission: { kind } }) => kind === 'parked' || kind === 'shut')
          .map(({ name }) => name),
        quarantined: quarantined.length,
        checks: checks.map(checkData),
      };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/settings/reload',
    role: 'editor',
    operation: 'reloadSettings',
    summary: 'Reads the settings again; a broken file keeps the last good rules',
    answer: reloadView,
    audit: { what: 'settings.reload', target: () => 'settings' },
    handle: async ({ face, caller }) => {
      const { ok, problems, added, removed, changed } = await face.reload(caller?.name ?? '-');
      return {
        ok,
        problems: [...problems],
        added: [...added],
        removed: [...removed],
        changed: [...changed],
      };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/drain',
    role: 'admin',
    operation: 'drain',
    summary: 'Begins nothing new from now on; what is under way goes on to its end',
    answer: z.strictObject({ running: z.int(), waiting: z.int() }),
    status: 202,
    audit: { what: 'daemon.drain', target: () => 'daemon' },
    handle: async ({ face, caller }) => {
      await face.drain(caller?.name ?? '-');
      const { running, waiting } = face.status();
      return { running, waiting };
    },
  }),
];

function checkData({ name, isOk, text }: HealthCheck) {
  return { name, isOk, text };
}
