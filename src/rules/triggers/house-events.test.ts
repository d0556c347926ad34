import { describe, expect, it } from 'vitest';
import { plainBook, plainRule } from '../rule.testing.js';
import { connectionFailedEvents, daemonEvents, monitorFailedEvents } from './house-events.js';

const NOW_MS = Date.parse('2026-05-01T06:00Z');

const book = plainBook([
  plainRule({ name: 'up', triggers: [{ kind: 'daemon', when: 'started' }] }),
  plainRule({ name: 'down', triggers: [{ kind: 'daemon', when: 'stopped' }] }),
  plainRule({ name: 'off', enabled: false, triggers: [{ kind: 'daemon', when: 'started' }] }),
  plainRule({ name: 'any-folder', triggers: [{ kind: 'monitorFailed' }] }),
  plainRule({ name: 'this-folder', triggers: [{ kind: 'monitorFailed', rule: 'send' }] }),
  plainRule({
    name: 'third',
    triggers: [{ kind: 'connectionFailed', connection: 'acme', times: 3 }],
  }),
]);

describe('events of the house', () => {
  it('the daemon started, and stops', () => {
    expect(daemonEvents(book, 'started', NOW_MS).map(({ rule, key }) => [rule, key])).toEqual([
      ['up', `daemon:started:${NOW_MS}`],
    ]);
    expect(daemonEvents(book, 'stopped', NOW_MS).map(({ rule }) => rule)).toEqual(['down']);
  });

  it.each([
    ['send', ['any-folder', 'this-folder']],
    ['other', ['any-folder']],
  ])('a folder of rule %s that cannot be watched', (rule, told) => {
    const events = monitorFailedEvents(book, {
      rule,
      folder: '/out',
      reason: 'the share is gone',
      sinceMs: NOW_MS,
    });
    expect(events.map((event) => event.rule)).toEqual(told);
    expect(events[0]?.reason).toBe('the share is gone');
    expect(events[0]?.values).toEqual({ 'MONITOR.RULE': rule, 'MONITOR.FOLDER': '/out' });
  });

  it.each([
    ['acme', 2, []],
    ['acme', 3, ['third']],
    ['acme', 4, []],
    ['other', 3, []],
  ])('connection %s failed for the %dth time', (connection, failures, told) => {
    const events = connectionFailedEvents(book, { connection, failures, reason: 'refused', atMs: NOW_MS });
    expect(events.map(({ rule }) => rule)).toEqual(told);
    for (const { values } of events) {
      expect(values).toEqual({ 'CONNECTION.NAME': connection, 'CONNECTION.FAILURES': String(failures) });
    }
  });
});
