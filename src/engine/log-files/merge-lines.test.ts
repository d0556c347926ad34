import { describe, expect, it } from 'vitest';
import { readClientLog } from '../../client-log/index.js';
import type { LogLine } from '../../client-log/reading/log-line.js';
import { mergeLines, type LineStream } from './merge-lines.js';

const line = (time: string, file: string) => `2026-03-01 ${time}; ftp; h; 21; u; a; ${file}; upload; 226;\n`;

interface Opened {
  readonly streams: readonly LineStream[];
  readonly opened: string[];
  readonly closed: string[];
}

function streamsOf(files: Readonly<Record<string, string>>, batchLines = 2): Opened {
  const opened: string[] = [];
  const closed: string[] = [];
  const streams = Object.entries(files).map(([name, text]): LineStream => {
    const first = /^2026-03-01 (\S+);/m.exec(text)?.[1];
    return {
      firstInstantMs: first === undefined ? -Infinity : Date.parse(`2026-03-01T${first}Z`),
      open: async function* () {
        opened.push(name);
        try {
          let batch: LogLine[] = [];
          for await (const each of readClientLog(text, { name, timeZone: 'UTC' })) {
            batch.push(each);
            if (batch.length < batchLines) continue;
            yield batch;
            batch = [];
          }
          yield batch;
        } finally {
          closed.push(name);
        }
      },
    };
  });
  return {
    streams: streams.sort((left, right) => left.firstInstantMs - right.firstInstantMs),
    opened,
    closed,
  };
}

async function namesIn(streams: readonly LineStream[]): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const batch of mergeLines(streams)) {
    for (const each of batch) names.push(each.kind === 'record' ? each.record.remotePath : each.kind);
  }
  return names;
}

describe('several files as one', () => {
  it('are merged by time, equal times in the order of the files', async () => {
    const { streams } = streamsOf({
      a: line('01:00:00', 'a1') + line('03:00:00', 'a2') + line('05:00:00', 'a3'),
      b: line('02:00:00', 'b1') + line('03:00:00', 'b2') + line('04:00:00', 'b3') + line('06:00:00', 'b4'),
    });
    expect(await namesIn(streams)).toEqual(['a1', 'b1', 'a2', 'b2', 'b3', 'a3', 'b4']);
  });

  it('keep the order of their own lines, also where time goes back, and lines that are no records', async () => {
    const { streams } = streamsOf({
      a: line('02:30:00', 'a1') + '\n' + line('02:10:00', 'a2') + line('02:40:00', 'a3'),
      b: line('02:35:00', 'b1'),
    });
    expect(await namesIn(streams)).toEqual(['a1', 'blank', 'a2', 'b1', 'a3']);
  });

  it('are opened only when their time has come, and all closed when nobody reads on', async () => {
    const { streams, opened, closed } = streamsOf({
      monday: line('01:00:00', 'm1') + line('02:00:00', 'm2') + line('02:30:00', 'm3'),
      tuesday: line('10:00:00', 't1'),
    });
    for await (const batch of mergeLines(streams)) {
      expect(batch.length).toBeGreaterThan(0);
      break;
    }
    expect({ opened, closed }).toEqual({ opened: ['monday'], closed: ['monday'] });
  });

  it('lose nothing, whatever the number of files', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, file) => [
        `f${file}`,
        Array.from({ length: 20 }, (_unused, index) =>
          line(`${String((file * 7 + index) % 24).padStart(2, '0')}:00:00`, `${file}/${index}`),
        ).join(''),
      ]),
    );
    const names = await namesIn(streamsOf(files).streams);
    expect(new Set(names).size).toBe(600);
    expect(names).toHaveLength(600);
  });
});
