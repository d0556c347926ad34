import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import { hasEnded } from '../../runs/run-state.js';
import { readStory, type RunStory } from '../../runs/run-story.js';
import { storyText } from '../../runs/run-story-text.js';
import { startDemoPartners } from '../../simulator/demo-partners.js';
import { openSqliteStore } from '../../store/sqlite/open-sqlite-store.js';
import { startDaemon, type Daemon } from '../daemon/daemon.js';
import { readRuleSettings } from '../daemon/rule-settings.js';
import { nodeSurroundings, type Surroundings } from '../surroundings.js';
import type { Rehearsal } from './rehearsal.js';
import { rehearseRule, type RehearsalWish } from './rehearse-rule.js';

const HEAD = `clientLog: { folder: ./logs }
stateFolder: ./state
api: { enabled: false }
`;

interface Scene {
  readonly folder: string;
  readonly surroundings: Surroundings;
  rehearse(rule: string, wish?: Partial<RehearsalWish> & { readonly offsetMs?: number }): Promise<Rehearsal>;
  daemon(): Promise<Daemon>;
}

async function scene(rules: string, files: Readonly<Record<string, string>> = {}): Promise<Scene> {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name.slice(0, Math.max(0, name.lastIndexOf('/')))), { recursive: true });
    if (!name.endsWith('/.')) await writeFile(join(folder, name), content);
  }
  await writeFile(join(folder, 'tallyman.yaml'), `${HEAD}${rules.replaceAll('$', folder)}`);
  const surroundings = nodeSurroundings({ environment: {}, workFolder: folder, warn: () => undefined });
  const { platform } = surroundings;
  const settings = await readRuleSettings({}, surroundings);
  return {
    folder,
    surroundings,
    rehearse: (rule, { offsetMs = 0, ...wish } = {}) =>
      rehearseRule(
        { rule, asIf: undefined, values: {}, mostRuns: 100, ...wish },
        {
          settings,
          surroundings,
          openStore: (file, access) => openSqliteStore({ file, access, platform }),
          clockOffsetMs: offsetMs,
        },
      ),
    daemon: async () => {
      const daemon = await startDaemon({
        settings,
        surroundings,
        openStore: (file) => openSqliteStore({ file, access: 'write', platform }),
        flags: {},
        version: 'test',
        watchesSettings: false,
      });
      onTestFinished(() => daemon.stop());
      return daemon;
    },
  };
}

/** Resolves when so many runs have ended. */
async function ended(daemon: Daemon, count: number): Promise<readonly RunStory[]> {
  for (;;) {
    const change = new Promise<void>((resolve) => {
      const stop = daemon.live.listen(({ type }) => {
        if (type !== 'run.ended') return;
        stop();
        resolve();
      });
    });
    const runs = (await daemon.store.runs.list({ limit: 5000 })).filter(({ state }) => hasEnded(state));
    if (runs.length >= count) {
      const stories = await Promise.all(runs.map(({ id }) => readStory(daemon.store, id)));
      return stories.filter((story) => story !== undefined);
    }
    await change;
  }
}

/** Every path below a folder with what it holds. SQLite's own index for readers (`-shm`, an empty `-wal`) is no content. */
async function hashes(folder: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const path of (await readdir(folder, { recursive: true })).toSorted()) {
    const facts = await lstat(join(folder, path));
    if (path.endsWith('-shm') || (path.endsWith('-wal') && facts.size === 0)) continue;
    found[path] = facts.isFile()
      ? `${createHash('sha256')
          .update(await readFile(join(folder, path)))
          .digest('hex')} ${facts.mtimeMs}`
      : 'folder';
  }
  return found;
}

/** What both tell of a run: how it ended, each step, and where each file goes. */
function essence({ state, trigger, steps }: RunStory): unknown {
  return {
    file: trigger.file?.path,
    state,
    steps: steps.map((step) => ({
      path: step.path,
      state: step.state,
      code: step.errorCode,
      condition: step.condition?.holds,
      files: filesOf(step.facts),
    })),
  };
}

function filesOf(facts: unknown): unknown {
  const { files } = (facts ?? {}) as { readonly files?: readonly Record<string, string>[] };
  return files
    ?.map(({ source, target, action, outcome }) => `${source} ${target} ${OUTCOMES[action ?? outcome ?? '']}`)
    .toSorted();
}

const OUTCOMES: Readonly<Record<string, string>> = {
  copy: 'goes',
  move: 'goes',
  succeeded: 'goes',
  skip: 'stays',
  skipped: 'stays',
  fail: 'fails',
  failed: 'fails',
};

const name = fc.constantFrom(
  'a.csv',
  'b.csv',
  'c.xml',
  'new order.xml',
  '%.txt',
  'ä;b.csv',
  'x.tmp',
  '.hidden',
);
const mask = fc.constantFrom('*', '*.csv', '*.xml', 'a*', '?.*', 'ä*');
const policy = fc.constantFrom('overwrite', 'skip', 'fail', 'numerate', 'newer', 'smart');
const copy = fc
  .record({ policy, sub: fc.constantFrom('', 'deep/er/'), from: fc.constantFrom('%FS.PATH%', '$/in/gone') })
  .map(
    ({ policy: overwrite, sub, from }) =>
      `copy: { from: "${from}", to: "$/out/${sub}%FS.FILE_NAME%", overwrite: ${overwrite} }`,
  );
const last = fc.oneof(
  policy.map(
    (overwrite) => `move: { from: "%FS.PATH%", to: "$/moved/%FS.FILE_NAME%", overwrite: ${overwrite} }`,
  ),
  fc.constantFrom(
    'delete: "%FS.PATH%"',
    'delete: "$/in/gone"',
    'delete: { path: "$/in/gone", missingOk: true }',
    'rename: { from: "%FS.PATH%", to: "$/moved/%FS.FILE_NAME%" }',
    'rename: { from: "%FS.PATH%", to: "$/moved/%FS.FILE_NAME%", replace: true }',
    'makeFolder: "$/made/%FS.FILE_NAME%.d"',
    'fail: "no luck"',
    'stop: thisRule',
  ),
);
const condition = fc.oneof(
  mask.map((text) => `{ fileName: "${text}" }`),
  fc.constantFrom(
    '{ size: { min: 3 } }',
    '{ exists: "$/moved/%FS.FILE_NAME%" }',
    '{ not: { fileName: "*.csv" } }',
  ),
);
const action = (text: string, ifFailed: string | undefined) =>
  `{ ${text}${ifFailed === undefined ? '' : `, ifFailed: [{ ${ifFailed} }]`} }`;
const quiet = fc.constantFrom(
  'systemLog: { severity: info, text: "x" }',
  'stop: thisRule',
  'makeFolder: "$/made/failed"',
);
const steps = fc
  .record({
    copies: fc.array(fc.tuple(copy, fc.option(quiet, { nil: undefined })), { maxLength: 1 }),
    branch: fc.option(condition, { nil: undefined }),
    end: fc.tuple(last, fc.option(quiet, { nil: undefined })),
  })
  .map(({ copies, branch, end }) => {
    const [text, ifFailed] = end;
    const final = action(text, ifFailed);
    const branched = branch === undefined ? final : `{ if: ${branch}, then: [${final}] }`;
    return `[${[...copies.map(([each, failed]) => action(each, failed)), branched].join(', ')}]`;
  });
const pair = fc.record({
  folders: fc.subarray(['in', 'out', 'moved', 'made']),
  files: fc.uniqueArray(name, { minLength: 1, maxLength: 3 }),
  standing: fc.uniqueArray(name, { maxLength: 2 }),
  content: fc.constantFrom('', 'xy', 'longer text'),
  include: mask,
  minSize: fc.constantFrom(0, 1),
  when: fc.option(condition, { nil: undefined }),
  steps,
  otherwise: fc.option(steps, { nil: undefined }),
});

describe('a test of a rule and what its run then really does', () => {
  it('agree over 200 pairs of rules and files', { timeout: 240_000 }, async () => {
    const seed = Number(process.env['TALLY_SEED'] ?? Date.now() % 2 ** 31);
    const pairs = fc.sample(pair, { numRuns: 200, seed });
    const files: Record<string, string> = {};
    const rules = pairs.map((each, index) => {
      const root = `p${index}`;
      for (const folder of each.folders) files[`${root}/${folder}/.`] = '';
      for (const file of each.files) files[`${root}/in/${file}`] = each.content;
      for (const file of each.standing) {
        files[`${root}/out/${file}`] = 'standing';
        files[`${root}/moved/${file}`] = 'standing';
      }
      return ruleText(index, each).replaceAll('$', `$/${root}`);
    });
    const here = await scene(`rules:\n${rules.join('')}`, files);
    const rehearsals: Rehearsal[] = [];
    for (const index of pairs.keys()) rehearsals.push(await here.rehearse(`r${index}`));
    const count = rehearsals.reduce((sum, { runs }) => sum + runs.length, 0);
    expect(count).toBeGreaterThan(100);
    const daemon = await here.daemon();
    const stories = await ended(daemon, count);
    await daemon.stop();
    for (const [index, { rule, runs }] of rehearsals.entries()) {
      const real = stories.filter((story) => story.rule === rule).map(essence);
      const told = runs.map(({ story }) => essence(story));
      expect(sorted(told), `seed ${seed}\n${rules[index] ?? ''}`).toEqual(sorted(real));
    }
  });
});

describe('a test of a rule', () => {
  it('writes nothing: no file here or there, no store, no log; and it needs nobody to be asked', async () => {
    const root = await temporaryFolder();
    const partners = await startDemoPartners(root);
    onTestFinished(() => partners.stop());
    const { user, password, sftp, ftp } = partners;
    await writeFile(join(partners.roots.ftp, 'out', 'there.csv'), 'from there');
    await writeFile(join(partners.roots.sftp, 'in', 'a.xml'), 'stands there');
    const here = await scene(
      `connections:
  ss: { url: "sftp://${user}@127.0.0.1:${sftp.port}", password: { file: "$/password" }, hostKeys: ["${sftp.hostKeyFingerprint}"] }
  ff: { url: "ftp://${user}@127.0.0.1:${ftp.port}", password: { file: "$/password" } }
commands: { allow: [/bin/true] }
rules:
  first: { on: { folder: { path: $/d/first, settle: 0s } }, roots: [$/d], do: [{ copy: { from: "%FS.PATH%", to: "$/d/out/" } }] }
  push:
    on: { folder: { path: $/d/in, settle: 1h } }
    roots: [$/d]
    when: { exists: "ss:/in/%FS.FILE_NAME%" }
    do:
      - copy: { from: "%FS.PATH%", to: "ss:/in/%FS.FILE_NAME%" }
      - makeFolder: "ff:/made"
      - compress: { from: "%FS.PATH%", to: "$/d/out/a.zip" }
      - run: [/bin/true]
      - http: { url: "http://127.0.0.1:${partners.refusedPort}/" }
      - rename: { from: "ss:/in/a.xml", to: b.xml }
      - delete: "ss:/in/a.xml"
      - archive: { path: "%FS.PATH%", to: $/d/out/ }
  pull:
    on: { remote: { from: "ff:/out/*.csv", every: 1h, settle: 0s } }
    roots: [$/d]
    do: [{ download: { from: "ff:/out/%FS.FILE_NAME%", to: $/d/out/, remove: true } }]
`,
      { password, 'd/first/x.txt': 'x', 'd/in/a.xml': 'new', 'd/in/b.tmp': '', 'd/out/.': '' },
    );
    const daemon = await here.daemon();
    await ended(daemon, 2);
    await daemon.stop();
    await writeFile(join(partners.roots.ftp, 'out', 'second.csv'), 'from there');
    const before = [await hashes(here.folder), await hashes(root)];
    const told = [sftp.transcript.length, ftp.transcript.length];

    const pushed = await here.rehearse('push');
    expect(
      pushed.looks[0]?.verdicts.map(({ path, state }) => `${path.slice(-5)} ${state}`).toSorted(),
    ).toEqual(['a.xml ready', 'b.tmp leftOut']);
    expect(pushed.runs.map(({ story }) => [story.state, story.steps.map(({ text }) => text)])).toEqual([
      [
        'succeeded',
        expect.arrayContaining(['would copy 1 file', expect.stringMatching(/^would delete ss:/)]),
      ],
    ]);
    const pulled = await here.rehearse('pull');
    expect(pulled.runs.map(({ event }) => event.file?.path)).toEqual(['/out/second.csv']);
    const first = await here.rehearse('first');
    expect(first.runs).toEqual([]);
    expect(first.looks[0]?.verdicts[0]?.state).toBe('taken');

    expect([await hashes(here.folder), await hashes(root)]).toEqual(before);
    const since = [...sftp.transcript.slice(told[0]), ...ftp.transcript.slice(told[1])];
    expect(since.length).toBeGreaterThan(0);
    expect(since.filter(({ from, text }) => from === 'client' && WRITES.test(text))).toEqual([]);
  });

  it('says what it could not know, and why a file is not taken, at another time too', async () => {
    const here = await scene(
      `rules:
  late:
    on: { folder: { path: $/d/in, minAge: 2h, settle: 0s } }
    roots: [$/d]
    do:
      - copy: { from: "%FS.PATH%", to: "$/d/out/%FS.FILE_NAME%" }
      - delete: "$/d/out/%FS.FILE_NAME%"
`,
      { 'd/in/a.xml': 'x', 'd/out/.': '' },
    );
    const now = await here.rehearse('late');
    expect(now.runs).toEqual([]);
    const [verdict] = now.looks[0]?.verdicts ?? [];
    expect(`${verdict?.state} ${verdict?.reason}`).toMatch(/^notYet .*minAge is 2/);
    const later = await here.rehearse('late', { offsetMs: 3 * 3_600_000 });
    expect(later.runs).toHaveLength(1);
    expect(later.gaps).toEqual([
      expect.stringContaining('no daemon has run'),
      expect.stringMatching(/^step 1 .* looks for what is not there; a step before it may have made it/),
    ]);
    const byHand = await here.rehearse('late', { file: join(here.folder, 'd', 'in', 'a.xml') });
    expect(byHand.runs[0]?.event.trigger).toBe('manual');
    await expect(here.rehearse('late', { asIf: 'webhook' })).rejects.toMatchObject({ code: 'REFUSED' });
    await expect(here.rehearse('late', { values: { NO_SUCH: '1' }, asIf: 'manual' })).rejects.toMatchObject({
      code: 'VARIABLE_UNKNOWN',
    });
    await expect(here.rehearse('gone')).rejects.toMatchObject({ code: 'NAME_UNKNOWN' });
  });
});

describe('a shadow rule', () => {
  it('records in the daemon what it would do, and does none of it', async () => {
    const here = await scene(
      `rules:
  new-rule:
    shadow: true
    on: { folder: { path: $/d/in, settle: 0s } }
    roots: [$/d]
    do: [{ move: { from: "%FS.PATH%", to: "$/d/out/%FS.FILE_NAME%" } }]
`,
      { 'd/in/a.xml': 'x', 'd/out/.': '' },
    );
    const daemon = await here.daemon();
    const [story] = await ended(daemon, 1);
    await daemon.stop();
    expect(story?.sentence).toMatch(/^Only tried, nothing was changed/);
    const lines = storyText(story as RunStory, { width: Infinity, showTime: String });
    expect(lines.join('\n')).toMatch(/would move \S+in\/a\.xml to \S+out\/a\.xml: new on the target/);
    expect([
      await readdir(join(here.folder, 'd', 'in')),
      await readdir(join(here.folder, 'd', 'out')),
    ]).toEqual([['a.xml'], []]);
  });
});

const WRITES =
  /^(STOR|STOU|APPE|DELE|RNFR|RNTO|MKD|RMD|MFMT|SITE|WRITE|REMOVE|RENAME|MKDIR|RMDIR|SETSTAT|FSETSTAT)\b/i;

function sorted(all: readonly unknown[]): readonly unknown[] {
  return all.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

function ruleText(
  index: number,
  each: {
    readonly include: string;
    readonly minSize: number;
    readonly when: string | undefined;
    readonly steps: string;
    readonly otherwise: string | undefined;
  },
): string {
  return `  r${index}:
    on: { folder: { path: "$/in", include: ["${each.include}"], minSize: ${each.minSize}, settle: 0s, sweep: 1h } }
    roots: ["$"]
${each.when === undefined ? '' : `    when: ${each.when}\n`}    do: ${each.steps}
${each.when === undefined || each.otherwise === undefined ? '' : `    else: ${each.otherwise}\n`}`;
}
