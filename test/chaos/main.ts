/**
 * Moves a file over lines that go bad after the n-th byte, n spread over the whole session, and counts what was
 * survived. Every promise is checked each time; a failure names the try and ends with code 1.
 *
 *   npm run chaos                              60 points for each deed
 *   npm run chaos -- --points 200 --only sftp --seed 7
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';

if (existsSync('/dev/shm')) process.env['TMPDIR'] = '/dev/shm';

const { CHAOS_ENDS } = await import('./chaos-ends.js');
const { faultyTries, measureTries, runDescribed } = await import('./chaos-plan.js');

const { values } = parseArgs({
  options: {
    points: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
  },
});
const seed = Number(values.seed);
/** Each deed at both sizes and in both directions. */
const perDeed = Math.max(1, Math.round(Number(values.points) / 4));
let broken = 0;

process.stdout.write(
  '| line | faults | delivered at once | by the next run | promise broken |\n|---|---|---|---|---|\n',
);
for (const [name, start] of Object.entries(CHAOS_ENDS)) {
  if (!name.includes(values.only)) continue;
  const end = await start(name);
  const counts = { faults: 0, atOnce: 0, nextRun: 0, broken: 0 };
  try {
    for (const measured of await measureTries(end, seed)) {
      for (const one of faultyTries(measured, perDeed, seed)) {
        try {
          const { hasStruck, delivered } = await runDescribed(one);
          if (!hasStruck) continue;
          counts.faults += 1;
          if (delivered === 'at once') counts.atOnce += 1;
          else counts.nextRun += 1;
        } catch (error) {
          counts.faults += 1;
          counts.broken += 1;
          process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        }
      }
    }
  } finally {
    await end.stop();
  }
  broken += counts.broken;
  process.stdout.write(
    `| ${name} | ${counts.faults} | ${counts.atOnce} | ${counts.nextRun} | ${counts.broken} |\n`,
  );
}
process.exitCode = broken === 0 ? 0 : 1;
