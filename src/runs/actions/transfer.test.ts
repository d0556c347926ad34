import { mkdir, rm, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { performTransfer } from './transfer.js';
import { transferAction, transferScene } from './transfer-scene.testing.js';

describe('a transfer of a rule', () => {
  it('copies a file, and the store has its delivery with the proof before the log has its line', async () => {
    const scene = await transferScene();
    await scene.write('outbox/a.csv', 'hello');
    const context = await scene.begin();
    const end = await performTransfer(transferAction({}), context);
    expect(end).toMatchObject({ kind: 'succeeded', filesSucceeded: 1 });
    expect(await scene.read('inbox/a.csv')).toBe('hello');
    expect(scene.lines).toEqual([`0 0 ${scene.folder}/inbox/a.csv`]);
    const [delivery] = await scene.store.ledger.ofRun(context.run.id);
    expect(delivery).toMatchObject({
      rule: 'test-rule',
      source: `local:${scene.folder}/outbox/a.csv`,
      target: `local:${scene.folder}/inbox/a.csv`,
      state: 'delivered',
      proof: 'size',
      bytes: 5,
    });
    const [attempt] = await scene.store.transfers.ofRun(context.run.id);
    expect(attempt).toMatchObject({ succeeded: true, sizeBytes: 5, partner: 'local', step: '0' });
    expect(attempt?.tookMs).toBeGreaterThanOrEqual(0);
  });

  it('does not send the same version twice, and says when it went and how that was proven', async () => {
    const scene = await transferScene();
    await scene.write('outbox/a.csv', 'hello');
    await performTransfer(transferAction({}), await scene.begin());
    await rm(join(scene.folder, 'inbox/a.csv'));
    const end = await performTransfer(transferAction({}), await scene.begin());
    expect(end).toMatchObject({ kind: 'succeeded', filesSucceeded: 0 });
    expect(end).toHaveProperty(
      'text',
      expect.stringMatching(/delivered before: \d{4}-.*Z, run \d+, .*proven by size/),
    );
    expect(await scene.names('inbox')).toEqual([]);
    expect(scene.lines).toHaveLength(1);
  });

  it('sends a new version, and one that somebody asks for once more', async () => {
    const scene = await transferScene();
    await scene.write('outbox/a.csv', 'one');
    await performTransfer(transferAction({}), await scene.begin());
    await scene.write('outbox/a.csv', 'two!');
    await performTransfer(transferAction({}), await scene.begin());
    expect(await scene.read('inbox/a.csv')).toBe('two!');
    await rm(join(scene.folder, 'inbox/a.csv'));
    const again = await scene.begin({ values: { 'TALLY.SEND_AGAIN': 'yes' } });
    const end = await performTransfer(transferAction({}), again);
    expect(end).toHaveProperty('text', expect.stringContaining('sent again, as somebody asked'));
    expect(await scene.read('inbox/a.csv')).toBe('two!');
    expect(scene.lines).toHaveLength(3);
  });

  it('moves: delivered, then its source goes, then disposed; FS.PATH leads to the new place', async () => {
    const scene = await transferScene();
    await scene.write('outbox/a.csv', 'hello');
    const context = await scene.begin();
    const end = await performTransfer(transferAction({ kind: 'move', to: 'inbox/b.csv' }), context);
    expect(end).toMatchObject({
      kind: 'succeeded',
      variables: {
        'FS.PATH': `${scene.folder}/inbox/b.csv`,
        'FS.FILE_NAME': 'b.csv',
        'FS.BASE_FILE_NAME': 'b',
        'FS.FOLDER_NAME': `${scene.folder}/inbox`,
      },
    });
    expect(await scene.names('outbox')).toEqual([]);
    expect(await scene.store.ledger.ofRun(context.run.id)).toMatchObject([{ state: 'disposed', bytes: 5 }]);
  });

  it('takes a file that comes again after its move for a new one, and says so', async () => {
    const scene = await transferScene();
    const put = async () => {
      await scene.write('outbox/a.csv', 'hello');
      await utimes(join(scene.folder, 'outbox/a.csv'), 1_700_000_000, 1_700_000_000);
    };
    await put();
    await performTransfer(transferAction({ kind: 'move' }), await scene.begin());
    await put();
    const end = await performTransfer(transferAction({ kind: 'move' }), await scene.begin());
    expect(end).toHaveProperty('text', expect.stringContaining('is there again: sent as a new file'));
    expect(await scene.names('outbox')).toEqual([]);
    expect(scene.lines).toHaveLength(2);
  });

  it('fails with the words of what failed, and a later run tries it again', async () => {
    const scene = await transferScene();
    await scene.write('outbox/a.csv', 'hello');
    const context = await scene.begin();
    const end = await performTransfer(transferAction({ to: 'nowhere/' }), context);
    expect(end).toMatchObject({ kind: 'failed', filesFailed: 1, error: { code: 'NOT_FOUND' } });
    expect(await scene.store.ledger.ofRun(context.run.id)).toMatchObject([{ state: 'failed' }]);
    await mkdir(join(scene.folder, 'nowhere'));
    const later = await performTransfer(transferAction({ to: 'nowhere/' }), await scene.begin());
    expect(later.kind).toBe('succeeded');
    expect(scene.lines.map((line) => line.slice(0, 3))).toEqual(['1 3', '0 0']);
  });

  it('counts a missing source as a success only where the rule says so', async () => {
    const scene = await transferScene();
    const missing = await performTransfer(transferAction({}), await scene.begin());
    expect(missing).toMatchObject({ kind: 'failed', error: { code: 'NOT_FOUND' } });
    const options = { retries: 0, missingSourceOk: true };
    const fine = await performTransfer(transferAction({ options }), await scene.begin());
    expect(fine).toMatchObject({ kind: 'succeeded', filesSucceeded: 0 });
    expect(scene.lines.map((line) => line.slice(0, 3))).toEqual(['1 2', '0 2']);
  });

  it('refuses two remote ends before anybody is asked', async () => {
    const scene = await transferScene();
    const action = transferAction({ from: 'sftp://a.example/x', to: 'ftp://b.example/y' });
    await expect(performTransfer(action, await scene.begin())).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
      message: expect.stringContaining('both ends are remote') as string,
    });
  });
});

describe('masks', () => {
  it('are meant in the folder of the event, and a name in the target is that of each file', async () => {
    const scene = await transferScene();
    for (const name of ['a.csv', 'b.csv', 'c.txt']) await scene.write(`outbox/${name}`, name);
    const file = { path: `${scene.folder}/outbox/a.csv`, folder: `${scene.folder}/outbox` };
    const context = await scene.begin({
      file: { ...file, connection: '', sizeBytes: 5, modifiedMs: 1 },
    });
    const action = transferAction({ from: '*.csv', to: 'inbox/%FS.BASE_FILE_NAME%-%EVENT.DATESTAMP%.csv' });
    expect(await performTransfer(action, context)).toMatchObject({ kind: 'succeeded', filesSucceeded: 2 });
    expect(await scene.names('inbox')).toEqual(['a-20260211.csv', 'b-20260211.csv']);
  });

  it('without a match are a success without a file', async () => {
    const scene = await transferScene();
    const end = await performTransfer(transferAction({ from: 'outbox/*.csv' }), await scene.begin());
    expect(end).toMatchObject({ kind: 'succeeded', text: 'there was no file', filesSucceeded: 0 });
  });

  it('go on beside a file that fails for good, which is put aside after so often', async () => {
    const scene = await transferScene({ rule: { quarantineAfter: 2 } });
    const outside = await transferScene();
    await outside.write('a.csv', 'a');
    await symlink(join(outside.folder, 'a.csv'), join(scene.folder, 'outbox/a.csv'));
    await scene.write('outbox/b.csv', 'b');
    const action = transferAction({ from: 'outbox/*.csv', to: 'inbox/' });
    const first = await performTransfer(action, await scene.begin());
    expect(first).toMatchObject({ kind: 'failed', filesSucceeded: 1, filesFailed: 1 });
    expect(scene.alarms).toEqual([]);
    await performTransfer(action, await scene.begin());
    expect(scene.alarms).toMatchObject([
      expect.stringContaining('raise quarantine:test-rule: test-rule put'),
    ]);
    const lines = scene.lines.length;
    const third = await performTransfer(action, await scene.begin());
    expect(third).toMatchObject({ kind: 'succeeded', detail: { skipped: 2 } });
    expect(scene.lines).toHaveLength(lines);
    const [aside] = await scene.store.runs.quarantined('test-rule');
    expect(aside).toMatchObject({ path: `${scene.folder}/outbox/a.csv`, failures: 2 });
  });

  it('that are wide: a name with a percent sign is a name', async () => {
    const scene = await transferScene();
    await scene.write('outbox/100%FS.PATH%.csv', 'x');
    await performTransfer(
      transferAction({ from: 'outbox/*.csv', to: 'inbox/%FS.FILE_NAME%' }),
      await scene.begin(),
    );
    expect(await scene.names('inbox')).toEqual(['100%FS.PATH%.csv']);
  });
});

describe('links', () => {
  it('that lead out of the roots are refused, whether file or folder, source or target', async () => {
    const scene = await transferScene();
    const outside = await transferScene();
    await outside.write('secret.csv', 'secret');
    await symlink(join(outside.folder, 'secret.csv'), join(scene.folder, 'outbox/a.csv'));
    const read = await performTransfer(transferAction({}), await scene.begin());
    expect(read).toMatchObject({ kind: 'failed', error: { code: 'PATH_REFUSED' } });
    await rm(join(scene.folder, 'outbox/a.csv'));
    await scene.write('outbox/a.csv', 'hello');
    await symlink(outside.folder, join(scene.folder, 'linked'));
    const write = await performTransfer(transferAction({ to: 'linked/a.csv' }), await scene.begin());
    expect(write).toMatchObject({ kind: 'failed', error: { code: 'PATH_REFUSED' } });
    expect(await outside.names('.')).toEqual(['inbox', 'outbox', 'secret.csv']);
    expect(await scene.names('inbox')).toEqual([]);
  });

  it('within the roots are followed', async () => {
    const scene = await transferScene();
    await scene.write('outbox/real.csv', 'hello');
    await symlink(join(scene.folder, 'outbox/real.csv'), join(scene.folder, 'outbox/a.csv'));
    expect(await performTransfer(transferAction({}), await scene.begin())).toMatchObject({
      kind: 'succeeded',
    });
    expect(await scene.read('inbox/a.csv')).toBe('hello');
  });
});

describe('a shadow run', () => {
  it('says what would go, what is there already, and changes nothing', async () => {
    const scene = await transferScene();
    await scene.write('outbox/a.csv', 'a');
    await performTransfer(transferAction({ to: 'inbox/a.csv' }), await scene.begin());
    await scene.write('outbox/b.csv', 'b');
    const action = transferAction({ kind: 'move', from: 'outbox/*.csv', to: 'inbox/' });
    const end = await performTransfer(action, await scene.begin({ isShadow: true }));
    expect(end).toMatchObject({ kind: 'succeeded', text: 'would skip 1 file, move 1 file' });
    expect(await scene.names('outbox')).toEqual(['a.csv', 'b.csv']);
    expect(await scene.names('inbox')).toEqual(['a.csv']);
    expect(scene.lines).toHaveLength(1);
  });
});
