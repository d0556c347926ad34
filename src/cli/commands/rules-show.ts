import { readRuleSettings } from '../../engine/daemon/rule-settings.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { openSession } from '../command-session.js';
import { ruleNamed } from '../rules/rule-named.js';
import { ruleLines, viewRule } from '../rules/rule-text.js';

/** `tally rules show`: what the settings say of one rule; no daemon is asked. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const { surroundings, format } = await openSession(call, context);
  const { book, inForce } = await readRuleSettings(call.flags, surroundings);
  const rule = ruleNamed(call.args[0] ?? '', book);
  const view = viewRule(rule, book, inForce.loaded.documents, surroundings.platform.clock.now());
  if (format === 'json') {
    const { text, ...facts } = view;
    await context.stdout.write(`${JSON.stringify({ schemaVersion: 1, ...facts, yaml: text.join('\n') })}\n`);
    return 0;
  }
  const lines = ruleLines(view, (atMs) => new Date(atMs).toISOString().replace('.000', ''));
  await context.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
