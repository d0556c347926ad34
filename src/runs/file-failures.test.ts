import { expect, it } from 'vitest';
import { remotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import { deliveryPlace } from './delivery-place.js';
import { FileFailures } from './file-failures.js';
import { transferScene } from './actions/transfer-scene.testing.js';

it('settles the one delivery that nobody can decide, and none of a file whose name only ends as its name does', async () => {
  const scene = await transferScene();
  const context = await scene.begin();
  const { place } = await context.services.placeBook.resolve(`${scene.folder}/outbox/a.csv`);
  const path = remotePath(place.path);
  const sources = [place.path, `${scene.folder}/outbox/odd:${place.path}`];
  for (const source of sources) {
    await scene.store.ledger.claim(
      {
        rule: 'test-rule',
        source: deliveryPlace(place.endpoint, remotePath(source)),
        sourceIdentity: '1:1',
        target: `acme:${source}`,
      },
      { run: context.run.id, step: '0', nowMs: 1 },
    );
  }
  const failures = await FileFailures.of(context);
  failures.whyLeftAlone(
    { endpoint: place.endpoint, path },
    { name: 'a.csv', kind: 'file', sizeBytes: 1, modifiedMs: 1 },
  );
  await failures.record({
    succeeded: 0,
    skipped: 0,
    planned: 0,
    failed: 1,
    cancelled: 0,
    notAttempted: 0,
    movedBytes: 0,
    elapsedMs: 0,
    proofs: [],
    leftovers: [],
    failures: [{ source: path, target: '/in/a.csv', error: undecided(), delivered: false }],
  });
  const states = (await scene.store.ledger.ofRun(context.run.id)).map(({ source, state }) => [source, state]);
  expect(states).toEqual([
    [`local:${sources[0]}`, 'failed'],
    [`local:${sources[1]}`, 'claimed'],
  ]);
});

function undecided(): TransferError {
  return new TransferError({
    code: 'REPLY_LOST',
    retry: 'permanent',
    lastCode: -1,
    phase: 'verify',
    message: 'no look at the target can tell',
  });
}
