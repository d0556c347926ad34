import { rehearseRule } from '../../engine/rehearsal/rehearse-rule.js';
import { readRuleSettings } from '../../engine/daemon/rule-settings.js';
import type { TriggerKind } from '../../rules/triggers/trigger.js';
import { settingsError } from '../../settings/settings-error.js';
import { openSqliteStore } from '../../store/sqlite/open-sqlite-store.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { openSession } from '../command-session.js';
import { fileFlag } from '../rules/file-flag.js';
import { momentFlag } from '../rules/moment-flag.js';
import { rehearsalExitCode, rehearsalJson } from '../rules/rehearsal-data.js';
import { rehearsalLines } from '../rules/rehearsal-text.js';
import { ruleNamed } from '../rules/rule-named.js';
import { valuesFlag } from '../rules/values-flag.js';
import { styleFor } from '../style.js';

/** `tally rules test`: what a rule would do; nothing is changed, and no daemon is asked. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const { surroundings, format } = await openSession(call, context);
  const { clock, host } = surroundings.platform;
  const settings = await readRuleSettings(call.flags, surroundings);
  const rule = ruleNamed(call.args[0] ?? '', settings.book);
  const now = { nowMs: clock.now(), timeZone: host.timeZone };
  const atMs = momentFlag('--at', call.flags['at'], now);
  const asIf = call.flags['asIf'] as TriggerKind | undefined;
  const file = fileFlag(call.flags['file'], surroundings.workFolder);
  const rehearsal = await rehearseRule(
    {
      rule: rule.name,
      asIf,
      values: valuesFlag(call.flags['values']),
      ...(file === undefined ? {} : { file }),
      mostRuns: limitOf(call.flags['limit']),
    },
    {
      settings,
      surroundings,
      openStore: (path, access) => openSqliteStore({ file: path, access, platform: surroundings.platform }),
      clockOffsetMs: atMs === undefined ? 0 : atMs - now.nowMs,
    },
  );
  const { stdout } = context;
  if (format === 'json') {
    await stdout.write(`${JSON.stringify({ schemaVersion: 1, ...rehearsalJson(rehearsal) })}\n`);
  } else {
    const width = stdout.isTerminal ? stdout.size().columns : Infinity;
    const lines = rehearsalLines(rehearsal, { style: styleFor(stdout), width, timeZone: host.timeZone });
    await stdout.write(lines.map((line) => `${line}\n`).join(''));
  }
  return rehearsalExitCode(rehearsal);
}

function limitOf(given: unknown): number {
  if (given === undefined) return 10;
  const limit = Number(given);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1_000) return limit;
  throw settingsError({ kind: 'flag', name: '--limit' }, 'must be a number from 1 to 1000');
}
