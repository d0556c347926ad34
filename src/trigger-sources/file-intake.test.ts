import { expect, it } from 'vitest';
import { FileIntake } from './file-intake.js';
import { FileReadiness } from './file-readiness.js';
import { FileTracker } from './file-tracker.js';
import { folderTrigger, MemoryEvents } from './folder-scene.testing.js';
import { JumpingClock } from './jumping-clock.testing.js';
import { MemorySink } from './trigger-sink.testing.js';

const FOLDER = '/share/out';
const NEWEST_FIRST = Array.from({ length: 1200 }, (_, index) => `${1200 - index}.xml`);

it('tells of all that a long look found oldest first, and not of what was listed first', async () => {
  const clock = new JumpingClock('2026-11-26T02:10:00Z');
  const sink = new MemorySink();
  const intake = intakeOf(clock, sink);
  const nowMs = clock.now();
  intake.begin();
  for (const [index, relativePath] of NEWEST_FIRST.entries()) {
    await intake.see({
      relativePath,
      path: `${FOLDER}/${relativePath}`,
      sizeBytes: 1,
      modifiedMs: nowMs - index * 1000,
      precisionMs: 1,
    });
    if (index % 400 === 0) await clock.pass(1000);
  }
  await intake.sawAll();
  await clock.pass(intake.nextDueMs() ?? 0);
  await intake.emitReady(
    { objectionTo: async () => undefined, isOwnResult: async () => false },
    { signal: new AbortController().signal },
  );
  const fired = sink.events.map(({ file }) => file?.path.slice(FOLDER.length + 1));
  expect(fired).toEqual([...NEWEST_FIRST].reverse());
});

function intakeOf(clock: JumpingClock, sink: MemorySink): FileIntake {
  const trigger = folderTrigger(FOLDER);
  return new FileIntake({
    rule: 'send',
    trigger: 'folder',
    connection: '',
    folder: FOLDER,
    readiness: new FileReadiness(trigger),
    tracker: new FileTracker({ events: trigger.events }),
    events: new MemoryEvents(),
    sink,
    clock,
  });
}
