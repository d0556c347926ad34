import type { StatusJson } from '../../api/answers.js';
import { counted } from '../../core/counted.js';
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
    `  ${counted(rules, 'rule')}; ${counted(running, 'run')} under way, ${waiting} waiting`,
    `  settings ${printable(status.settingsFile ?? 'none')}, log ${printable(status.logFolder)}, store ${printable(status.storeFile)}`,
    ...wrongLines(status, style),
  ];
}

/** Everything that is wrong, or that nothing is. The first problem of the settings is not told twice. */
function wrongLines(status: StatusJson, style: Style): readonly string[] {
  const { checks, settingsProblems, openAlarms, heldConnections, quarantined } = status;
  const lines = [
    ...checks
      .filter(({ name, isOk }) => !isOk && (name !== 'settings' || settingsProblems.length === 0))
      .map(({ name, text }) => style.bad(`  ${name}: ${printable(text, 2000)}`)),
    ...settingsText(settingsProblems).map((line) => style.bad(`  ${line}`)),
  ];
  if (openAlarms > 0) lines.push(style.bad(`  ${counted(openAlarms, 'open alarm')}: tally alarms`));
  for (const name of heldConnections) {
    lines.push(style.bad(`  ${printable(name)} is held back: tally connections release ${printable(name)}`));
  }
  if (quarantined > 0) {
    lines.push(style.warning(`  ${counted(quarantined, 'file')} put aside: tally quarantine list`));
  }
  return lines.length === 0 ? [style.good('  nothing is wrong')] : lines;
}

function settingsText(problems: readonly string[]): readonly string[] {
  if (problems.length === 0) return [];
  const lines = problems.map((problem) => `  ${printable(problem, 2000)}`);
  return ['settings: the last good ones are in force; those in the files are not valid:', ...lines];
}
