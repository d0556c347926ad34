import { simulateWeek } from './week.js';

/** `--seeds N --from SEED`: so many weeks, one after another. Bundled by `run-simulation.ts`. */
const value = (flag: string): number | undefined => {
  const index = process.argv.indexOf(flag);
  return index < 0 ? undefined : Number(process.argv[index + 1]);
};
const from = value('--from') ?? 1;
for (let seed = from; seed < from + (value('--seeds') ?? 1); seed++) {
  const beganMs = performance.now();
  const { faults, files, deaths, storyMark } = await simulateWeek(seed);
  const took = ((performance.now() - beganMs) / 1000).toFixed(1);
  const end = faults.length === 0 ? 'the books balance' : `${faults.length} FAULTS`;
  process.stdout.write(`seed ${seed}: ${files} files, ${deaths.length} deaths, story ${storyMark}, ${took} s: ${end}\n`);
  for (const fault of faults.slice(0, 20)) process.stdout.write(`  ${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}
