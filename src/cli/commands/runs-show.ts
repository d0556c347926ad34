import { localTime } from '../../client-log/local-time.js';
import { storyText } from '../../runs/run-story-text.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { numberArgument } from '../daemon/command-parts.js';
import { colorOfState } from '../runs/run-text.js';
import { withRunSource } from '../runs/run-source.js';
import { styleFor } from '../style.js';

/** `tally runs show`: a run as a story; also without a daemon, from its store. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const id = numberArgument(call.args[0] ?? '', 'RUN');
  return withRunSource(call, context, async (source, session) => {
    const story = await source.story(id);
    const { stdout } = context;
    if (session.format !== 'words') {
      await stdout.write(`${JSON.stringify({ schemaVersion: 1, story })}\n`);
      return 0;
    }
    const { timeZone } = session.surroundings.platform.host;
    const [head = '', ...rest] = storyText(story, {
      width: stdout.isTerminal ? stdout.size().columns : Infinity,
      showTime: (ms) => localTime(ms, timeZone).time,
    });
    const lines = [colorOfState(story.state, styleFor(stdout))(head), ...rest];
    await stdout.write(lines.map((line) => `${line}\n`).join(''));
    return 0;
  });
}
