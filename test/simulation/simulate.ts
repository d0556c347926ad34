import { simulateOutage } from './outage.js';
import { simulateWeek } from './week.js';

/** `--seeds N --from SEED`: so many weeks, one after another; `--outage FILES`: a partner that is down for a day. */
const value = (flag: string): number | undefined => {
  const index = process.argv.indexOf(flag);
  return index < 0 ? undefined : Number(process.argv[index + 1]);
};

async function tell(
  what: string,
  run: () => Promise<{ faults: readonly string[]; text: string }>,
): Promise<void> {
  const beganMs = performance.now();
  const { faults, text } = await run();
  const tookS = ((performance.now() - beganMs) / 1000).toFixed(1);
  const end = faults.length === 0 ? 'the books balance' : `${faults.length} FAULTS`;
  process.stdout.write(`${what}: ${text}, ${tookS} s: ${end}\n`);
  for (const fault of faults.slice(0, 20)) process.stdout.write(`  ${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}

const outage = value('--outage');
if (outage !== undefined) {
  await tell(`outage, ${outage} files`, async () => {
    const { faults, tries, attempts, recoveryMs } = await simulateOutage(outage);
    const text = `${tries} connections and ${attempts} attempts in a day, all there ${Math.round(recoveryMs / 60_000)} min after`;
    return { faults, text };
  });
}
const from = value('--from') ?? 1;
const seeds = value('--seeds') ?? (outage === undefined ? 1 : 0);
for (let seed = from; seed < from + seeds; seed++) {
  await tell(`seed ${seed}`, async () => {
    const { faults, files, deaths, storyMark } = await simulateWeek(seed);
    return { faults, text: `${files} files, ${deaths.length} deaths, story ${storyMark}` };
  });
}
