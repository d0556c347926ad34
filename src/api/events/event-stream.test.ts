import { connect, type Socket } from 'node:net';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveEvent } from '../../runs/live-events.js';
import { addToken } from '../api-rehearsal.testing.js';
import { FakeDaemon } from '../daemon-face.testing.js';
import { MAX_STREAMS_OF_TOKEN } from '../routes/event-route.js';
import { startApi, type StartedApi } from '../start-api.js';
import { KEPT_EVENTS } from './event-feed.js';
import { HEARTBEAT_MS, STUCK_MS, WAITING_EVENTS } from './event-stream.js';

let folder: string;
let daemon: FakeDaemon;
let api: StartedApi;
let token: string;
const sockets: Socket[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tally-events-'));
  daemon = new FakeDaemon(folder);
  daemon.api = { ...daemon.api, port: 0 };
  api = await startApi(daemon, () => undefined);
  token = await addToken(daemon, 'watcher', 'viewer');
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await api.close();
  await daemon.store.close();
  await rm(folder, { recursive: true });
});

/** A reader of the stream whose socket the test holds in hand. */
class Reader {
  readonly socket: Socket;
  text = '';

  constructor(headers: Readonly<Record<string, string>> = {}, query = '') {
    const { hostname, port } = new URL(api.url);
    this.socket = connect(Number(port), hostname);
    sockets.push(this.socket);
    this.socket.on('error', () => undefined);
    this.socket.on('data', (bytes) => {
      this.text += bytes.toString();
    });
    const lines = Object.entries({ host: 'localhost', authorization: `Bearer ${token}`, ...headers });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    this.socket.write(`GET /v1/events${query} HTTP/1.1\r\n${head}\r\n`);
  }

  async until(pattern: RegExp): Promise<void> {
    await vi.waitFor(() => expect(this.text).toMatch(pattern), { timeout: 20_000, interval: 5 });
  }
}

const created = (run: number, rule = 'send-orders'): LiveEvent => ({ type: 'run.created', run, rule });

describe('the stream of events', () => {
  it('tells what happens, as far as it is wanted, each on one line of data', async () => {
    const reader = new Reader({}, '?types=run.created&rule=send-orders');
    await reader.until(/retry:/);
    daemon.live.publish(created(1, 'other'));
    daemon.live.publish({ type: 'trigger.failed', rule: 'send-orders', trigger: '0' });
    daemon.live.publish(created(2, 'send-orders'));
    await reader.until(/"run":2/);
    expect(reader.text).not.toContain('"run":1');
    expect(reader.text).not.toContain('trigger.failed');
    expect(reader.text).toMatch(/id: \w+-3\nevent: run\.created\ndata: \{"schemaVersion":1,"at":"2026-/);
  });

  it('cannot be given a false event by a name with line breaks', async () => {
    const reader = new Reader();
    await reader.until(/retry:/);
    daemon.live.publish({
      type: 'alarm.opened',
      cause: 'x',
      side: 'us',
      text: 'a\n\nevent: forged\ndata: {}',
    });
    await reader.until(/alarm\.opened/);
    expect(reader.text).not.toMatch(/^event: forged/m);
  });

  it('goes on after the last event that a reader had, and says what is not kept any more', async () => {
    const first = new Reader();
    await first.until(/retry:/);
    daemon.live.publish(created(1));
    daemon.live.publish(created(2));
    await first.until(/"run":2/);
    const id = /id: (\S+-1)\n/.exec(first.text)?.[1] ?? '';
    const again = new Reader({ 'last-event-id': id });
    await again.until(/"run":2/);
    expect(again.text).not.toContain('"run":1,');
    expect(again.text).not.toContain('event: missed');
    for (let run = 3; run < 3 * KEPT_EVENTS; run += 1) daemon.live.publish(created(run));
    const late = new Reader({ 'last-event-id': id });
    await late.until(/event: missed\ndata: \{"schemaVersion":1,"missed":\d+\}/);
    const stranger = new Reader({ 'last-event-id': 'other-1' });
    await stranger.until(/"missed":"unknown"/);
  });

  it('keeps little for a reader that does not read, and says how much it left out', async () => {
    const reader = new Reader();
    await reader.until(/retry:/);
    reader.socket.pause();
    const long = 'x'.repeat(2000);
    const count = 20_000;
    const before = process.memoryUsage().heapUsed;
    for (let run = 1; run <= count; run += 1) {
      daemon.live.publish({ type: 'alarm.closed', cause: String(run), side: 'us', text: long });
      // The sockets get their turn, as they do between real events.
      if (run % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    // 20,000 events are 40 MB; what is kept for resuming is a tenth of it.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(30_000_000);
    reader.socket.resume();
    let markers = 0;
    await vi.waitFor(() => {
      markers += 1;
      daemon.live.publish(created(markers));
      expect(reader.text).toContain('event: run.created');
    });
    await reader.until(new RegExp(`"run":${markers},`));
    const missed = [...reader.text.matchAll(/"missed":(\d+)/g)].reduce(
      (sum, [, text]) => sum + Number(text),
      0,
    );
    const received = [...reader.text.matchAll(/^event: (alarm|run)\./gm)].length;
    expect(received + missed).toBe(count + markers);
    expect(missed).toBeGreaterThan(count / 4);
    expect(received).toBeGreaterThan(WAITING_EVENTS);
  });

  it('is cut when its reader takes nothing for a minute', async () => {
    const reader = new Reader();
    await reader.until(/retry:/);
    reader.socket.pause();
    const text = 'x'.repeat(1_000_000);
    for (let run = 0; run < 40; run += 1)
      daemon.live.publish({ type: 'alarm.closed', cause: 'c', side: 'us', text });
    const closed = new Promise((resolve) => reader.socket.once('close', resolve));
    daemon.clock.advance(STUCK_MS);
    reader.socket.resume();
    await closed;
  });

  it('lives by its heartbeat, and ends soon after its token was revoked', async () => {
    const reader = new Reader();
    await reader.until(/retry:/);
    daemon.clock.advance(HEARTBEAT_MS);
    await reader.until(/: heartbeat/);
    const closed = new Promise((resolve) => reader.socket.once('close', resolve));
    await daemon.store.access.revoke(1, daemon.clock.now());
    await vi.waitFor(() => expect(daemon.clock.timers).toBeGreaterThan(0));
    daemon.clock.advance(HEARTBEAT_MS);
    await reader.until(/\r\n0\r\n\r\n$/);
    reader.socket.end();
    await closed;
  });

  it('is refused to who has too many of them', async () => {
    const readers = Array.from({ length: MAX_STREAMS_OF_TOKEN }, () => new Reader());
    for (const reader of readers) await reader.until(/retry:/);
    const tooMany = new Reader();
    await tooMany.until(/HTTP\/1\.1 429/);
  });

  it('ends when the daemon stops, and the stop does not wait for it', async () => {
    const reader = new Reader();
    await reader.until(/retry:/);
    const closed = new Promise((resolve) => reader.socket.once('close', resolve));
    await api.close();
    await closed;
  });
});

describe('daemon.json', () => {
  const path = () => join(folder, 'daemon.json');

  it('is for its owner only, lets the commands in, and goes with the daemon', async () => {
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    const file = JSON.parse(await readFile(path(), 'utf8')) as { url: string; token: string };
    const answer = await fetch(`${file.url}/v1/tokens`, {
      headers: { authorization: `Bearer ${file.token}` },
    });
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
    await api.close();
    await expect(stat(path())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('of another daemon is left alone', async () => {
    const other = await startApi(daemon, () => undefined);
    await api.close();
    expect(JSON.parse(await readFile(path(), 'utf8'))).toMatchObject({ url: other.url });
    await other.close();
  });
});

describe('where it listens', () => {
  it('is never open to others without TLS', async () => {
    const open = new FakeDaemon(folder);
    for (const address of ['0.0.0.0', '::', '192.0.2.7', 'tally.example']) {
      open.api = { ...open.api, address, port: 0 };
      await expect(startApi(open, () => undefined)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    }
    await open.store.close();
  });

  it('is told when the port is taken or the certificate is none', async () => {
    const port = Number(new URL(api.url).port);
    daemon.api = { ...daemon.api, port };
    await expect(startApi(daemon, () => undefined)).rejects.toMatchObject({ code: 'REFUSED' });
    daemon.api = { ...daemon.api, port: 0, tls: { certificate: '/nowhere.pem', key: '/nowhere.key' } };
    await expect(startApi(daemon, () => undefined)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  });
});
