import { counted } from '../../core/counted.js';
import { checkRuleSettings, type RuleSettings } from '../../engine/daemon/rule-settings.js';
import { nodeSurroundings } from '../../engine/surroundings.js';
import { SettingsError, settingsError, type SettingsProblem } from '../../settings/settings-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { githubLine, problemData } from '../rules/problem-text.js';
import { styleFor } from '../style.js';

const FORMS = ['words', 'github', 'json'] as const;
const INVALID_EXIT = 8;

/** `tally rules validate`: all that can be said without asking anybody. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const { stdout, stderr } = context;
  const form = formOf(call);
  const [file] = call.args;
  const flags = file === undefined ? call.flags : { ...call.flags, config: file };
  const style = styleFor(stderr);
  const surroundings = nodeSurroundings({
    environment: context.environment,
    warn: (text) => void stderr.write(`${style.warning('warning')}: ${text}\n`),
  });
  const { settings, problems } = await checkRuleSettings(flags, surroundings).catch(asProblems);
  if (form === 'words') {
    if (problems.length > 0 || settings === undefined) throw new SettingsError(problems);
    if (call.flags['quiet'] !== true) await stdout.write(`${validText(settings)}\n`);
    return 0;
  }
  const lines =
    form === 'github'
      ? problems.map((problem) => githubLine(problem, surroundings.workFolder))
      : [jsonText(settings, problems)];
  if (lines.length > 0) await stdout.write(`${lines.join('\n')}\n`);
  return problems.length === 0 ? 0 : INVALID_EXIT;
}

function formOf({ flags }: CommandCall): (typeof FORMS)[number] {
  const given = flags['format'] ?? 'words';
  const form = FORMS.find((each) => each === given);
  if (form !== undefined) return form;
  throw settingsError({ kind: 'flag', name: '--format' }, `must be one of ${FORMS.join(', ')}`);
}

/** A file that cannot be read at all is a problem like the others, unless only the command line is at fault. */
function asProblems(error: unknown): {
  readonly settings: undefined;
  readonly problems: readonly SettingsProblem[];
} {
  if (!(error instanceof SettingsError) || error.isUsage) throw error;
  return { settings: undefined, problems: error.problems };
}

function validText({ inForce, book }: RuleSettings): string {
  const { file, settings } = inForce.loaded;
  if (file === undefined) return 'no settings file was found: nothing to check';
  const parts = [
    counted(book.rules.length, 'rule'),
    counted(Object.keys(settings.connections ?? {}).length, 'connection'),
    counted(book.files.length, 'file'),
  ];
  return `${file}: valid (${parts.join(', ')})`;
}

function jsonText(settings: RuleSettings | undefined, problems: readonly SettingsProblem[]): string {
  const data = {
    schemaVersion: 1,
    file: settings?.inForce.loaded.file,
    valid: problems.length === 0,
    rules: settings?.book.rules.length ?? 0,
    problems: problems.map(problemData),
  };
  return JSON.stringify(data);
}
