import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { Doom, type DeathKind } from './doom.js';
import { memoryGround, realGround } from './ground.js';
import { CONTENT, killedRule, type KilledRule } from './killed-rule.js';

/** What a rule is, and what must be so in the end. */
interface Case {
  readonly name: string;
  readonly steps: string;
  readonly target: string;
  /** Is the source to be gone in the end? */
  readonly isMoved: boolean;
  readonly state: 'succeeded' | 'failed';
  /** Files that were sent whole, by the end. */
  readonly successes: number;
}

const MOVE: Case = {
  name: 'a move',
  steps: '      - move: { from: "%FS.PATH%", to: ./exchange/inbox/ }\n',
  target: 'inbox/a.csv',
  isMoved: true,
  state: 'succeeded',
  successes: 1,
};

const CASES: readonly Case[] = [
  MOVE,
  {
    name: 'a copy',
    steps: '      - copy: { from: "%FS.PATH%", to: ./exchange/inbox/ }\n',
    target: 'inbox/a.csv',
    isMoved: false,
    state: 'succeeded',
    successes: 1,
  },
  {
    name: 'a move that fails and is set aside by "if failed"',
    steps: `      - move: { from: "%FS.PATH%", to: ./exchange/no-folder/, retries: 0 }
        ifFailed:
          - move: { from: "%FS.PATH%", to: ./exchange/set-aside/ }
          - stop: thisRule
`,
    target: 'set-aside/a.csv',
    isMoved: true,
    state: 'failed',
    successes: 1,
  },
];

describe.each(CASES)('$name, killed at every point', (one) => {
  it.each(['before', 'after'] as const)(
    'dying %s the n-th change, the next process ends it: nothing lost, in part or twice',
    async (kind) => {
      const root = await temporaryFolder();
      const points = await dieAtEach(root, one, kind);
      expect(points).toBeGreaterThan(20);
    },
    300_000,
  );
});

describe('a move, killed at every point, and again at every point of its recovery', () => {
  it.each(['before', 'after'] as const)(
    'dying %s a change, and so once more in the next process: the third ends it',
    async (kind) => {
      const deaths = await dieTwiceAtEach(MOVE, kind);
      expect(deaths).toBeGreaterThan(400);
    },
    300_000,
  );
});

/** How many pairs of points there were. */
async function dieTwiceAtEach(one: Case, kind: DeathKind): Promise<number> {
  let deaths = 0;
  for (let at = 1; ; at++) {
    for (let again = 1; ; again++) {
      const rule = await killedRule(memoryGround(), one.steps);
      const dooms = [new Doom(at, kind), new Doom(again, kind), new Doom(0, 'before')] as const;
      for (const doom of dooms) await rule.live(doom);
      await expectEnd(rule, one, `deaths ${dooms.map(({ last }) => last).join(', ')}`);
      await rule.store.close();
      if (!dooms[0].isDead) return deaths;
      if (!dooms[1].isDead) break;
      deaths += 1;
    }
  }
}

/** How many points there were. */
async function dieAtEach(root: string, one: Case, kind: DeathKind): Promise<number> {
  for (let at = 1; ; at++) {
    const folder = join(root, `${at}`);
    await mkdir(folder);
    const rule = await killedRule(realGround(folder), one.steps);
    const changes: string[] = [];
    const [doom, next] = [new Doom(at, kind), new Doom(0, 'before')];
    doom.changed = next.changed = (what) => void changes.push(what);
    await rule.live(doom);
    const where = `death ${kind} ${at}: ${doom.last}`;
    await expectNothingHalf(rule, one, where);
    await rule.live(next);
    await expectEnd(rule, one, where);
    expect(namings(changes, one), `${where}: named once`).toBe(1);
    await rule.store.close();
    if (!doom.isDead) return at - 1;
  }
}

/** At the moment of the death. */
async function expectNothingHalf(rule: KilledRule, { target }: Case, where: string): Promise<void> {
  const [source, copy] = [await rule.content('outbox/a.csv'), await rule.content(target)];
  expect([undefined, CONTENT], `${where}: the target is whole or absent`).toContain(copy);
  expect([undefined, CONTENT], `${where}: the source is whole or absent`).toContain(source);
  expect(source ?? copy, `${where}: one of both is there`).toBe(CONTENT);
}

async function expectEnd(rule: KilledRule, one: Case, where: string): Promise<void> {
  const folder = one.target.split('/')[0] ?? '';
  expect(await rule.run(), where).toMatchObject({ state: one.state });
  expect(await rule.content(one.target), where).toBe(CONTENT);
  expect(await rule.content('outbox/a.csv'), where).toBe(one.isMoved ? undefined : CONTENT);
  expect(await rule.names(folder), `${where}: nothing of ours is left`).toEqual(['a.csv']);
  const [lines, attempts] = [await rule.lines(), await rule.attempts()];
  // A line may stand there twice, byte for byte; none is missing, and none tells of what never was.
  expect(lines.length, `${where}: a line for each attempt`).toBeGreaterThanOrEqual(attempts.length);
  expect(new Set(lines).size, `${where}: no line without its attempt`).toBeLessThanOrEqual(attempts.length);
  expect(await rule.store.transfers.unlogged(10), where).toEqual([]);
  expect(attempts.filter(({ succeeded }) => succeeded).length, `${where}: sent once`).toBe(one.successes);
}

/** How often the file got its final name. */
function namings(changes: readonly string[], { target }: Case): number {
  const folder = target.split('/')[0] ?? '';
  return changes.filter((what) => isNaming(what, folder)).length;
}

function isNaming(what: string, folder: string): boolean {
  return /^(rename|link) /.test(what) && what.endsWith(`/${folder}/a.csv`);
}
