import type { StatusJson } from '../../api/answers.js';
import { printable } from '../../core/printable.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { timeWords } from '../daemon/command-parts.js';
import { withDaemon } from '../daemon/with-daemon.js';
import type { Style } from '../style.js';

/** `tally status`: what runs, what waits, what is wrong. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  return withDaemon(call, context, async ({ client, say, data, style, session }) => {
    const status = await client.get<StatusJson>('/v1/status');
    await data(status);
    await say(...statusLines(status, session.surroundings.platform.host.timeZone, style));
    return 0;
  });
}

function statusLines(status: StatusJson, timeZone: string, style: Style): readonly string[] {
  const { state, version, pid, node, rules, running, waiting } = status;
  const head = `Tallyman ${version} ${state} on ${printable(node)}, process ${pid}, since ${timeWords(status.startedAt, timeZone)}`;
  return [
    state === 'running' ? head : style.warning(head),
    `  ${count(rules, 'rule')}; ${count(running, 'run')} under way, ${waiting} waiting`,
    `  settings ${printable(status.settingsFile ?? 'none')}, log ${printable(status.logFolder)}, store ${printable(status.storeFile)}`,
    ...status.checks
      .filter(({ isOk }) => !isOk)
      .map(({ name, text }) => style.bad(`  ${name}: ${printable(text)}`)),
    ...status.settingsProblems.map((problem) => style.bad(`  settings: ${printable(problem, 2000)}`)),
    ...wrongLines(status, style),
  ];
}

function wrongLines(
  { openAlarms, heldConnections, quarantined }: StatusJson,
  style: Style,
): readonly string[] {
  const lines: string[] = [];
  if (openAlarms > 0) lines.push(style.bad(`  ${count(openAlarms, 'open alarm')}: tally alarms`));
  for (const name of heldConnections) {
    lines.push(style.bad(`  ${printable(name)} is held back: tally connections release ${printable(name)}`));
  }
  if (quarantined > 0) {
    lines.push(style.warning(`  ${count(quarantined, 'file')} put aside: tally quarantine list`));
  }
  return lines.length === 0 ? [style.good('  nothing is wrong')] : lines;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
