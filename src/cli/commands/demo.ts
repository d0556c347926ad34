import { runDemo, type DemoStep } from '../../engine/demo/run-demo.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { openSession } from '../command-session.js';
import { farewellLines, logLines, partnersLines, ruleLines, sectionLines, stepLines } from '../demo-text.js';
import { styleFor } from '../style.js';

/** `tally demo`: ends by itself; what it made stays for a look. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const { surroundings } = await openSession(call, context);
  const style = styleFor(context.stdout);
  const say = (lines: readonly string[]) => void context.stdout.write(`${lines.join('\n')}\n`);
  const named = call.flags['folder'];
  let section: DemoStep['section'] | undefined;
  let folder = '';
  const isFine = await runDemo(
    { folder: typeof named === 'string' ? named : undefined, signal: context.signal },
    surroundings,
    {
      partners: (where, partners) => {
        folder = where;
        say(partnersLines(where, partners, style));
      },
      step: (step, report, isExpected) => {
        if (step.section !== section) say(sectionLines(step, style));
        section = step.section;
        say(stepLines(step, report, isExpected, style));
      },
      rules: (report) => say(ruleLines(report, style)),
      log: (file, lines) => say(logLines(file, lines, style)),
    },
  );
  say(farewellLines(folder, isFine, style));
  return isFine ? 0 : 1;
}
