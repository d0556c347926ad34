import { describe, expect, it } from 'vitest';
import type { TransferAction } from '../../rules/actions/action.js';
import { TEST_FOLDER, testRule } from '../../rules/rule-book.testing.js';
import { TRANSFER_KEYS, type TransferKey } from '../../settings/transfer-schema.js';
import { transferOrder } from './transfer-order.js';
import { transferScene, type TransferScene } from './transfer-scene.testing.js';

const CONNECTION =
  'connections:\n  acme: { url: "sftp://u@acme.example/", timeout: 45s, password: { env: P } }\n';

/** Each key of the settings of a transfer with a value that is not what it is without being written. */
const OTHER_VALUES: Readonly<Record<TransferKey, string>> = {
  overwrite: 'skip',
  verify: 'checksum',
  keepTime: 'true',
  ascii: '[txt]',
  renameTo: 'done.csv',
  before: '[{ command: "SITE UMASK 027" }]',
  after: '[{ command: "SITE UMASK 022" }]',
  removeSkippedSource: 'true',
  missingSourceOk: 'true',
  timeout: '5s',
  resume: 'false',
  retries: '9',
  retryDelay: '7s',
  retryBackoff: 'fixed',
  parallel: '2',
  bandwidth: '1M',
};

const REMOVED = { remove: 'true' };

const OTHER_PLACES = {
  upload: { from: './outbox/*.csv', to: 'acme:/in/' },
  download: { from: 'acme:/out/*.csv', to: './inbox/' },
} as const;

describe('the order of a transfer', () => {
  for (const [direction, { from, to }] of Object.entries(OTHER_PLACES)) {
    for (const kind of ['copy', 'move', 'download']) {
      it(`differs by each key that ${kind} takes, as ${direction}`, async () => {
        const scene = await openScene();
        const silent: string[] = [];
        for (const [key, value] of Object.entries(valuesOf(kind))) {
          const base = { from, to, ...(key === 'removeSkippedSource' && kind === 'download' ? REMOVED : {}) };
          const without = await orderOf(scene, writtenAction(kind, base));
          const order = await orderOf(scene, writtenAction(kind, { ...base, [key]: value }));
          if (order === without) silent.push(key);
        }
        expect(silent).toEqual([]);
        expect(Object.keys(OTHER_VALUES)).toEqual(TRANSFER_KEYS);
      });
    }
  }

  it('has the limit of each wait in its sessions, and one endpoint for all orders of that limit', async () => {
    const scene = await openScene();
    const limitOf = async (timeout: string) => {
      const context = await scene.begin();
      const action = writtenAction('copy', { ...OTHER_PLACES.upload, ...(timeout && { timeout }) });
      return (await transferOrder(action, context)).request.destination.endpoint;
    };
    expect((await limitOf('')).options).toMatchObject({ timeoutMs: 45_000 });
    const limited = await limitOf('5s');
    expect(limited.options).toMatchObject({ timeoutMs: 5_000 });
    expect(await limitOf('5s')).toBe(limited);
    expect(await limitOf('45s')).toBe(await limitOf(''));
  });
});

/** A copy removes no source, and takes no word about that. */
function valuesOf(kind: string): Readonly<Record<string, string>> {
  const { removeSkippedSource, ...others } = OTHER_VALUES;
  const ofMove = kind === 'copy' ? {} : { removeSkippedSource };
  return { ...others, ...ofMove, recursive: 'true', ...(kind === 'download' ? REMOVED : {}) };
}

function openScene(): Promise<TransferScene> {
  return transferScene({ yaml: CONNECTION, environment: { P: 'x' }, rule: { roots: [TEST_FOLDER] } });
}

async function orderOf(scene: TransferScene, action: TransferAction): Promise<string> {
  return JSON.stringify(await transferOrder(action, await scene.begin()));
}

function writtenAction(kind: string, keys: Readonly<Record<string, string>>): TransferAction {
  const { from, to, ...rest } = keys;
  const lines = Object.entries({ from: `"${from}"`, to: `"${to}"`, ...rest }).map(
    ([key, value]) => `          ${key}: ${value}`,
  );
  const rule = testRule(
    `${CONNECTION}rules:\n  a:\n    on: { manual: {} }\n    do:\n      - ${kind}:\n${lines.join('\n')}\n`,
  );
  const [step] = rule.steps;
  if (step?.kind !== 'action') throw new Error('the rule has no action');
  return step.action as TransferAction;
}
