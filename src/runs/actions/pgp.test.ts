import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as openpgp from 'openpgp';
import { beforeAll, describe, expect, it } from 'vitest';
import { testPlatform } from '../../../test/platform/test-platform.js';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import type { PgpAction } from '../../rules/actions/action.js';
import type { ActionEnd } from '../action-context.js';
import { actionContext, type ActionFixture } from './action-context.testing.js';
import { contentBelow } from './folder-content.testing.js';
import { newGnupg } from './gnupg.testing.js';
import { performPgp } from './pgp.js';

const PASSPHRASE = 'a long passphrase';
const CONTENT = `first line\n${'0123456789'.repeat(60_000)}\r\nlast`;

interface Pair {
  readonly publicKey: string;
  readonly privateKey: string;
}

async function newPair(
  name: string,
  options: { passphrase?: string; seconds?: number; date?: Date } = {},
): Promise<Pair> {
  return openpgp.generateKey({
    type: 'ecc',
    curve: 'curve25519Legacy',
    userIDs: [{ name, email: `${name}@example.org` }],
    ...(options.passphrase === undefined ? {} : { passphrase: options.passphrase }),
    ...(options.seconds === undefined ? {} : { keyExpirationTime: options.seconds }),
    date: options.date ?? new Date(Date.now() - 60_000),
    format: 'armored',
  });
}

let us: Pair;
let partner: Pair;
let stranger: Pair;

beforeAll(async () => {
  us = await newPair('us', { passphrase: PASSPHRASE });
  partner = await newPair('partner');
  stranger = await newPair('stranger');
});

/** The keys as files, and a file to work on. */
async function scene(content: string | Uint8Array = CONTENT): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'us.asc'), us.publicKey);
  await writeFile(join(folder, 'us.key'), us.privateKey);
  await writeFile(join(folder, 'partner.asc'), partner.publicKey);
  await writeFile(join(folder, 'partner.key'), partner.privateKey);
  await writeFile(join(folder, 'stranger.asc'), stranger.publicKey);
  await writeFile(join(folder, 'stranger.key'), stranger.privateKey);
  await writeFile(join(folder, 'in.csv'), content);
  return folder;
}

function pgp(
  folder: string,
  kind: PgpAction['kind'],
  action: Partial<PgpAction>,
  fixture: Partial<ActionFixture> = {},
): Promise<ActionEnd> {
  const whole: PgpAction = { from: 'in.csv', publicKeys: [], armor: false, signed: false, ...action, kind };
  return performPgp(
    whole,
    actionContext({ folder, secrets: { PASS: PASSPHRASE, WRONG: 'wrong' }, ...fixture }),
  );
}

const OURS = { privateKey: 'us.key', passphrase: { env: 'PASS' } };
const PARTNERS = { privateKey: 'partner.key' };

function codeOf(end: ActionEnd): string {
  return end.kind === 'failed' ? end.error.code : end.kind;
}

async function textOf(folder: string, name: string): Promise<string> {
  return readFile(join(folder, name), 'utf8');
}

/** No result and nothing on its way. */
async function expectNo(folder: string, name: string): Promise<void> {
  const names = Object.keys(await contentBelow(folder));
  expect(names.filter((each) => each === name || each.endsWith('.tally'))).toEqual([]);
}

describe('encrypt and decrypt', () => {
  it.each([true, false])('give back every byte to each recipient (armor: %s)', async (armor) => {
    const folder = await scene();
    const encrypted = await pgp(folder, 'encrypt', {
      to: 'x.pgp',
      publicKeys: ['us.asc', 'partner.asc'],
      armor,
    });
    expect(encrypted).toMatchObject({ kind: 'succeeded', filesSucceeded: 1 });
    expect((await textOf(folder, 'x.pgp')).startsWith('-----BEGIN PGP MESSAGE')).toBe(armor);
    expect(await pgp(folder, 'decrypt', { from: 'x.pgp', to: 'ours', ...OURS })).toMatchObject({
      kind: 'succeeded',
      text: `decrypted ${folder}/x.pgp into ${folder}/ours, not signed`,
    });
    await pgp(folder, 'decrypt', { from: 'x.pgp', to: 'theirs', ...PARTNERS });
    expect(await textOf(folder, 'ours')).toBe(CONTENT);
    expect(await textOf(folder, 'theirs')).toBe(CONTENT);
  });

  it('carry a signature, which decrypt may want', async () => {
    const folder = await scene();
    await pgp(folder, 'encrypt', { to: 'x.pgp', publicKeys: ['partner.asc'], ...OURS, signed: true });
    const wanted = { from: 'x.pgp', to: 'out', ...PARTNERS, signed: true };
    expect(codeOf(await pgp(folder, 'decrypt', { ...wanted, publicKeys: ['stranger.asc'] }))).toBe(
      'SIGNATURE_INVALID',
    );
    await expectNo(folder, 'out');
    expect(codeOf(await pgp(folder, 'decrypt', { ...wanted, publicKeys: [] }))).toBe('KEY_UNUSABLE');
    const end = await pgp(folder, 'decrypt', { ...wanted, publicKeys: ['stranger.asc', 'us.asc'] });
    expect(end).toMatchObject({ kind: 'succeeded', text: expect.stringContaining(', signed by ') as string });
    expect(await textOf(folder, 'out')).toBe(CONTENT);
  });

  it('give nothing of a file that is not signed where it must be', async () => {
    const folder = await scene();
    await pgp(folder, 'encrypt', { to: 'x.pgp', publicKeys: ['partner.asc'] });
    const end = await pgp(folder, 'decrypt', {
      from: 'x.pgp',
      to: 'out',
      ...PARTNERS,
      signed: true,
      publicKeys: ['us.asc'],
    });
    expect(end).toMatchObject({ kind: 'failed', error: { code: 'SIGNATURE_INVALID' }, isFilesFault: true });
    await expectNo(folder, 'out');
  });

  it('give nothing of a file that was changed or cut anywhere', async () => {
    const folder = await scene();
    await pgp(folder, 'encrypt', { to: 'x.pgp', publicKeys: ['partner.asc'], signed: true, ...OURS });
    const whole = await readFile(join(folder, 'x.pgp'));
    for (const part of [0.01, 0.3, 0.6, 0.9, 0.999]) {
      const at = Math.floor(whole.length * part);
      const changed = Buffer.from(whole);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      for (const bytes of [changed, whole.subarray(0, at)]) {
        await writeFile(join(folder, 'y.pgp'), bytes);
        const end = await pgp(folder, 'decrypt', { from: 'y.pgp', to: 'out', ...PARTNERS });
        expect(['DECRYPT_FAILED', 'SIGNATURE_INVALID']).toContain(codeOf(end));
        await expectNo(folder, 'out');
      }
    }
  });

  it.each([['plain text'], [''], ['-----BEGIN PGP MESSAGE-----\n\nnonsense\n-----END PGP MESSAGE-----\n']])(
    'take %j for no encrypted file',
    async (content) => {
      const folder = await scene(content);
      expect(codeOf(await pgp(folder, 'decrypt', { to: 'out', ...OURS }))).toBe('DECRYPT_FAILED');
      await expectNo(folder, 'out');
    },
  );

  it('say that a file is for another key', async () => {
    const folder = await scene();
    await pgp(folder, 'encrypt', { to: 'x.pgp', publicKeys: ['stranger.asc'] });
    expect(codeOf(await pgp(folder, 'decrypt', { from: 'x.pgp', to: 'out', ...OURS }))).toBe(
      'DECRYPT_FAILED',
    );
  });

  it('name the results of several files by themselves', async () => {
    const folder = await scene('x');
    await pgp(folder, 'encrypt', { from: '*.csv', to: 'out/', publicKeys: ['us.asc'], armor: true });
    await pgp(folder, 'decrypt', { from: 'out/*.asc', to: 'back/', ...OURS });
    expect(await textOf(folder, 'back/in.csv')).toBe('x');
  });

  it('touch nothing in a shadow run', async () => {
    const folder = await scene();
    const end = await pgp(folder, 'encrypt', { to: 'x.pgp', publicKeys: ['us.asc'] }, { isShadow: true });
    expect(end).toMatchObject({ kind: 'succeeded', text: `would encrypt ${folder}/in.csv` });
    await expectNo(folder, 'x.pgp');
  });

  it('end when the run is cancelled', async () => {
    const folder = await scene();
    const end = await pgp(
      folder,
      'encrypt',
      { to: 'x.pgp', publicKeys: ['us.asc'] },
      { signal: AbortSignal.abort() },
    );
    expect(codeOf(end)).toBe('cancelled');
    await expectNo(folder, 'x.pgp');
  });
});

describe('keys', () => {
  it('that have expired or were revoked are refused, whoever else can read it', async () => {
    const folder = await scene();
    const dayAgo = new Date(Date.now() - 86_400_000);
    const expired = await newPair('expired', { seconds: 3600, date: dayAgo });
    await writeFile(join(folder, 'expired.asc'), expired.publicKey);
    await writeFile(join(folder, 'expired.key'), expired.privateKey);
    const revoked = await openpgp.revokeKey({
      key: await openpgp.readPrivateKey({ armoredKey: stranger.privateKey }),
      format: 'armored',
    });
    await writeFile(join(folder, 'revoked.asc'), revoked.publicKey);
    for (const key of ['expired.asc', 'revoked.asc']) {
      const end = await pgp(folder, 'encrypt', { to: 'x.pgp', publicKeys: ['us.asc', key] });
      expect(codeOf(end)).toBe('KEY_UNUSABLE');
      expect(codeOf(await pgp(folder, 'verify', { publicKeys: [key] }))).toBe('KEY_UNUSABLE');
    }
    expect(codeOf(await pgp(folder, 'sign', { to: 'x.sig', privateKey: 'expired.key' }))).toBe(
      'KEY_UNUSABLE',
    );
    await expectNo(folder, 'x.pgp');
  });

  it('that are locked, missing or none are named, and no passphrase shows', async () => {
    const folder = await scene();
    await writeFile(join(folder, 'none.asc'), 'no key');
    const broken: readonly Partial<PgpAction>[] = [
      { privateKey: 'us.key' },
      { privateKey: 'us.key', passphrase: { env: 'WRONG' } },
      { privateKey: 'gone.key' },
      { privateKey: 'none.asc' },
      { privateKey: 'us.asc' },
      {},
    ];
    for (const action of broken) {
      const end = await pgp(folder, 'sign', { to: 'x.sig', ...action });
      expect(codeOf(end)).toBe('KEY_UNUSABLE');
      expect(JSON.stringify(end) + String(end.kind === 'failed' ? end.error.stack : '')).not.toContain(
        'wrong"',
      );
    }
    expect(codeOf(await pgp(folder, 'encrypt', { to: 'x', publicKeys: ['none.asc'] }))).toBe('KEY_UNUSABLE');
    expect(codeOf(await pgp(folder, 'encrypt', { to: 'x' }))).toBe('KEY_UNUSABLE');
  });
});

describe('sign and verify', () => {
  it('by a file of its own', async () => {
    const folder = await scene();
    await pgp(folder, 'sign', { signature: 'in.sig', ...OURS });
    const check = { signature: 'in.sig', publicKeys: ['us.asc'] };
    expect(await pgp(folder, 'verify', check)).toMatchObject({ kind: 'succeeded' });
    expect(codeOf(await pgp(folder, 'verify', { ...check, publicKeys: ['partner.asc'] }))).toBe(
      'SIGNATURE_INVALID',
    );
    await writeFile(join(folder, 'in.csv'), `${CONTENT}x`);
    expect(codeOf(await pgp(folder, 'verify', check))).toBe('SIGNATURE_INVALID');
    await writeFile(join(folder, 'in.sig'), 'nonsense');
    expect(codeOf(await pgp(folder, 'verify', check))).toBe('SIGNATURE_INVALID');
  });

  it.each([true, false])('within the file (armor: %s)', async (armor) => {
    const folder = await scene();
    await pgp(folder, 'sign', { to: 'in.pgp', ...OURS, armor });
    expect(codeOf(await pgp(folder, 'verify', { from: 'in.pgp', publicKeys: ['us.asc'] }))).toBe('succeeded');
    expect(codeOf(await pgp(folder, 'verify', { from: 'in.pgp', publicKeys: ['partner.asc'] }))).toBe(
      'SIGNATURE_INVALID',
    );
    expect(codeOf(await pgp(folder, 'verify', { from: 'in.csv', publicKeys: ['us.asc'] }))).toBe(
      'SIGNATURE_INVALID',
    );
  });

  it('by whatever clock the platform has', async () => {
    const folder = await scene();
    await pgp(folder, 'sign', { signature: 'in.sig', ...OURS });
    const before = { ...testPlatform().clock, now: () => Date.parse('2020-01-01T00:00:00Z') };
    const end = await pgp(
      folder,
      'verify',
      { signature: 'in.sig', publicKeys: ['us.asc'] },
      { platform: testPlatform({ clock: before }) },
    );
    expect(codeOf(end)).toBe('KEY_UNUSABLE');
  });
});

describe('with GnuPG', () => {
  it.each([['rsa2048'], ['ed25519']])('both read what the other wrote (%s)', async (algorithm) => {
    const folder = await scene();
    const gpg = await newGnupg();
    const at = (name: string): string => join(folder, name);
    await gpg(
      '--passphrase',
      PASSPHRASE,
      '--quick-generate-key',
      'them@example.org',
      algorithm,
      'sign,cert',
      'never',
    );
    const listed = await gpg('--with-colons', '--list-keys', 'them@example.org');
    const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(listed)?.[1] ?? '';
    const subkey = algorithm === 'ed25519' ? 'cv25519' : 'rsa2048';
    await gpg('--passphrase', PASSPHRASE, '--quick-add-key', fingerprint, subkey, 'encr', 'never');
    await gpg('--output', at('them.gpg'), '--export', 'them@example.org');
    await gpg('--import', at('us.asc'));

    await gpg(
      '--passphrase',
      PASSPHRASE,
      '--recipient',
      'us@example.org',
      '--output',
      at('theirs.gpg'),
      '--sign',
      '--encrypt',
      at('in.csv'),
    );
    const end = await pgp(folder, 'decrypt', {
      from: 'theirs.gpg',
      to: 'out',
      ...OURS,
      signed: true,
      publicKeys: ['them.gpg'],
    });
    expect(end).toMatchObject({ kind: 'succeeded' });
    expect(await textOf(folder, 'out')).toBe(CONTENT);

    await pgp(folder, 'encrypt', { to: 'ours.pgp', publicKeys: ['them.gpg'], ...OURS, signed: true });
    const told = await gpg('--passphrase', PASSPHRASE, '--output', at('back'), '--decrypt', at('ours.pgp'));
    expect(told).toContain('Good signature from "us <us@example.org>"');
    expect(await textOf(folder, 'back')).toBe(CONTENT);

    await gpg(
      '--passphrase',
      PASSPHRASE,
      '--output',
      at('clear.asc'),
      '--clearsign',
      at('them.gpg').replace('them.gpg', 'us.asc'),
    );
    expect(codeOf(await pgp(folder, 'verify', { from: 'clear.asc', publicKeys: ['them.gpg'] }))).toBe(
      'succeeded',
    );
    await gpg('--passphrase', PASSPHRASE, '--output', at('theirs.sig'), '--detach-sign', at('in.csv'));
    expect(codeOf(await pgp(folder, 'verify', { signature: 'theirs.sig', publicKeys: ['them.gpg'] }))).toBe(
      'succeeded',
    );
    await pgp(folder, 'sign', { signature: 'ours.sig', ...OURS });
    expect(await gpg('--verify', at('ours.sig'), at('in.csv'))).toContain('Good signature');
  });
});
