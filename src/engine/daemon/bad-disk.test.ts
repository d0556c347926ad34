import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import type { Files } from '../../core/files.js';
import { TransferError } from '../../core/transfer-error.js';
import type { LiveEvent } from '../../runs/live-events.js';
import { readStory } from '../../runs/run-story.js';
import { storyText } from '../../runs/run-story-text.js';
import type { Daemon } from './daemon.js';
import { daemonIn, surroundingsIn } from './daemon.testing.js';

const RULES = `clientLog: { folder: ./logs, lineEnd: lf }
stateFolder: ./state
api: { enabled: false }
rules:
  send:
    description: sends
    on: { folder: { path: ./outbox, settle: 0s, sweep: 1h } }
    do: [{ move: { from: "%FS.PATH%", to: ./inbox/ } }]
  one:
    description: sends one
    on: { folder: { path: ./single, settle: 1h } }
    overlap: queue
    do: [{ move: { from: "%FS.PATH%", to: ./inbox/ } }]
  all:
    description: sends all
    on: { manual: {} }
    do: [{ move: { from: "./pile/*", to: ./inbox/, parallel: 3 } }]
`;

/** A disk for the log that has no room for a while, or none after so many writes. */
function disk(files: Files) {
  const state = { isFull: false, writesLeft: Number.POSITIVE_INFINITY };
  const refuseWhenFull = () => {
    state.isFull ||= --state.writesLeft < 0;
    if (state.isFull) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  };
  const open: Files['open'] = async (path, mode, options) => {
    const file = await files.open(path, mode, options);
    if (!path.includes('/logs/')) return file;
    return {
      read: (buffer, position) => file.read(buffer, position),
      write: async (buffers, position) => {
        refuseWhenFull();
        await file.write(buffers, position);
      },
      stat: () => file.stat(),
      truncate: (size) => file.truncate(size),
      sync: () => file.sync(),
      close: () => file.close(),
    };
  };
  return { state, files: { ...files, open } };
}

async function scene() {
  const folder = await temporaryFolder();
  for (const name of ['outbox', 'inbox', 'pile', 'single']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'tallyman.yaml'), RULES);
  const real = surroundingsIn(folder);
  const { state, files } = disk(real.platform.files);
  const surroundings = { ...real, platform: { ...real.platform, files } };
  const daemon = await daemonIn(surroundings, { hints: { watch: () => Promise.resolve(undefined) } });
  onTestFinished(() => daemon.stop());
  return { folder, daemon, log: state };
}

/** Resolves once so many events that are meant were heard. */
function heard(daemon: Daemon, isMeant: (event: LiveEvent) => boolean, count = 1): Promise<void> {
  let left = count;
  return new Promise((resolve) => {
    const stop = daemon.live.listen((event) => {
      if (!isMeant(event) || --left > 0) return;
      stop();
      resolve();
    });
  });
}

async function lines(folder: string): Promise<readonly string[]> {
  const names = (await readdir(join(folder, 'logs'))).filter((name) => name.startsWith('cl'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, 'logs', name), 'utf8')));
  return texts
    .join('')
    .split('\n')
    .filter((line) => line !== '');
}

const isEnd = ({ type }: LiveEvent) => type === 'run.ended';
const isAttempt = ({ type }: LiveEvent) => type === 'attempt.ended';

describe('the disk of the client log is full for a while', () => {
  it('runs wait and go on by themselves: each file once, each with its line, the owed one first', async () => {
    const { folder, daemon, log } = await scene();
    const { store } = daemon;
    log.isFull = true;
    const moved = heard(daemon, isAttempt);
    const alarm = heard(daemon, ({ type }) => type === 'alarm.opened');
    for (const name of ['a', 'b', 'c']) {
      await writeFile(join(folder, 'single', name), `content of ${name}`);
      await daemon.runs.create({ rule: 'one', values: {}, file: join(folder, 'single', name), by: 'test' });
    }
    await Promise.all([moved, alarm]);
    while (daemon.status().running > 0) await new Promise(setImmediate);
    // The first was delivered before anybody knew; its source stays until its line is written.
    expect(await readdir(join(folder, 'inbox'))).toEqual(['a']);
    expect(await readdir(join(folder, 'single'))).toEqual(['a', 'b', 'c']);
    expect(await store.runs.get(1)).toMatchObject({ state: 'waiting' });
    const story = await readStory(store, 1);
    expect(story?.sentence).toContain('the disk is full (ENOSPC)');
    const told = story === undefined ? [] : storyText(story, { width: 500, showTime: String });
    expect(told.join(' ')).toContain(
      'waits until the client log takes lines again: cannot write the client log',
    );
    expect(await store.alarms.open()).toMatchObject([{ kind: 'logFailed', cause: 'logFailed:runs' }]);
    expect((await daemon.health()).find(({ name }) => name === 'clientLog')).toMatchObject({ isOk: false });
    const ended = heard(daemon, isEnd, 3);
    log.isFull = false;
    await ended;
    expect(await readdir(join(folder, 'inbox'))).toEqual(['a', 'b', 'c']);
    expect(await readdir(join(folder, 'single'))).toEqual([]);
    const written = await lines(folder);
    expect(written).toHaveLength(3);
    for (const [index, name] of ['a', 'b', 'c'].entries())
      expect(written[index]).toContain(`/single/${name};`);
    const runs = await store.runs.list({ limit: 9 });
    expect(runs.map(({ state, filesSucceeded }) => [state, filesSucceeded])).toEqual([
      ['succeeded', 1],
      ['succeeded', 1],
      ['succeeded', 1],
    ]);
    expect(await store.transfers.find(undefined, { limit: 9 })).toHaveLength(3);
    expect(await store.alarms.open()).toEqual([]);
  });

  it('a run of many files goes on where it was', async () => {
    const { folder, daemon, log } = await scene();
    const names = Array.from({ length: 20 }, (_, index) => `f${String(index).padStart(2, '0')}`);
    for (const name of names) await writeFile(join(folder, 'pile', name), `content of ${name}`);
    log.writesLeft = 6;
    const told = heard(daemon, ({ type }) => type === 'alarm.opened');
    const id = await daemon.runs.create({ rule: 'all', values: {}, by: 'test' });
    await told;
    while (daemon.status().running > 0) await new Promise(setImmediate);
    expect((await readdir(join(folder, 'inbox'))).length).toBeLessThan(10);
    expect(await lines(folder)).toHaveLength(6);
    const ended = heard(daemon, isEnd);
    log.writesLeft = Number.POSITIVE_INFINITY;
    log.isFull = false;
    await ended;
    expect(await readdir(join(folder, 'inbox'))).toEqual(names);
    expect(await readdir(join(folder, 'pile'))).toEqual([]);
    expect(await daemon.store.runs.get(id)).toMatchObject({ state: 'succeeded', filesSucceeded: 20 });
    // Those that were rolled back when the log failed have a line of their own; each file was delivered once.
    const attempts = (await daemon.store.transfers.find(undefined, { limit: 99 })).toReversed();
    const written = await lines(folder);
    expect(written).toHaveLength(attempts.length);
    for (const [index, { localPath }] of attempts.entries()) expect(written[index]).toContain(localPath);
    expect(
      attempts
        .filter(({ succeeded }) => succeeded)
        .map(({ localPath }) => localPath)
        .toSorted(),
    ).toEqual(names.map((name) => join(folder, 'pile', name)));
  });
});

describe('the disk of the store is full for a while', () => {
  it('what a folder rule could not record it finds again at once, and not with its next sweep', async () => {
    const { folder, daemon } = await scene();
    const { events } = daemon.store;
    const { unknown, setTriggerState } = events;
    let isFull = true;
    const full = () =>
      Promise.reject(
        new TransferError({ code: 'STORE_FAILED', lastCode: -1, phase: 'store', message: 'disk full' }),
      );
    events.unknown = (...args) => (isFull ? full() : unknown.apply(events, args));
    events.setTriggerState = (...args) => (isFull ? full() : setTriggerState.apply(events, args));
    const failed = heard(daemon, ({ type }) => type === 'trigger.failed');
    await writeFile(join(folder, 'outbox', 'a'), 'a');
    // A release makes the rule look.
    const aside = { path: '/b', reason: 'no right to it', failures: 3, sinceMs: 0 };
    await daemon.store.runs.quarantine({ rule: 'send', fileKey: 'b', ...aside });
    await daemon.releaseFile('send', 'b', 'test');
    await failed;
    const ended = heard(daemon, isEnd);
    isFull = false;
    await ended;
    expect(await readdir(join(folder, 'inbox'))).toEqual(['a']);
  });
});
