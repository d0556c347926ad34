import { isTimeZone } from '../../../client-log/local-time.js';
import { didYouMean } from '../../../core/did-you-mean.js';
import { printable } from '../../../core/printable.js';
import {
  CONVERT_FORMS,
  convertLogs,
  type ConvertForm,
  type ConvertRequest,
  type ConvertSummary,
} from '../../../engine/log-convert/convert-logs.js';
import type { LogSource } from '../../../log-tools/log-source.js';
import { settingsError } from '../../../settings/settings-error.js';
import { byteSinkOf } from '../../byte-outputs.js';
import type { CommandCall, CommandContext } from '../../command-call.js';
import { noteText } from '../../log/convert-text.js';
import { openLogSession, type LogSession } from '../../log/session.js';

/** `tally log convert`: logs in another form; what the result does not show by itself is told on stderr. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const options = readOptions(call);
  const output = readOutput(call, options.form, context);
  const session = await openLogSession(call, context);
  const query = session.query();
  const source = await session.logs(call.args);
  if (options.form === 'log' && options.timeZone === undefined) assertOneZone(source);
  const summary = await convertLogs({
    ...options,
    source,
    query,
    output,
    partners: session.queryContext.partners,
    platform: session.surroundings.platform,
    signal: context.signal,
  });
  if (!session.isQuiet) await tell(summary, options, { output, session, context });
  return 0;
}

type Options = Pick<ConvertRequest, 'form' | 'columns' | 'lineEnd' | 'timeZone' | 'isAnonymous'>;

const COLUMN_COUNTS = { 9: 9, 10: 10 } as const;
const LINE_ENDS = { lf: '\n', crlf: '\r\n' } as const;
const FORMS = Object.fromEntries(CONVERT_FORMS.map((form) => [form, form]));

function readOptions(call: CommandCall): Options {
  const form = chosen(call, { key: 'to', name: '--to', choices: FORMS }) ?? 'log';
  const columns = chosen(call, { key: 'columns', name: '--columns', choices: COLUMN_COUNTS });
  const lineEnd = chosen(call, { key: 'lineEnd', name: '--line-end', choices: LINE_ENDS });
  if (form !== 'log') {
    if (columns !== undefined) throw usage('--columns', `is for a log, not for ${form}`);
    if (lineEnd !== undefined) throw usage('--line-end', `is for a log, not for ${form}`);
  }
  const { toTimeZone } = call.flags;
  if (toTimeZone !== undefined && !isTimeZone(String(toTimeZone))) {
    throw usage(
      '--to-time-zone',
      `must be an IANA zone such as Europe/Berlin; found "${printable(String(toTimeZone))}"`,
    );
  }
  const timeZone = toTimeZone === undefined ? undefined : String(toTimeZone);
  return { form, columns, lineEnd, timeZone, isAnonymous: call.flags['anonymise'] === true };
}

interface Choice<Value> {
  readonly key: string;
  readonly name: string;
  readonly choices: Readonly<Record<string, Value>>;
}

function chosen<Value>(call: CommandCall, { key, name, choices }: Choice<Value>): Value | undefined {
  const word = call.flags[key];
  if (word === undefined) return undefined;
  const known = Object.keys(choices);
  const value = Object.hasOwn(choices, String(word)) ? choices[String(word)] : undefined;
  if (value !== undefined) return value;
  throw usage(
    name,
    `must be one of ${known.join(', ')}; found "${printable(String(word))}"${didYouMean(String(word), known)}`,
  );
}

function readOutput(
  { flags }: CommandCall,
  form: ConvertForm,
  { stdout }: CommandContext,
): ConvertRequest['output'] {
  const { output } = flags;
  if (form === 'parquet' && (output === undefined || (output === '-' && stdout.isTerminal))) {
    throw usage('--output', 'must name a file: Parquet is no text');
  }
  return output === undefined || output === '-' ? byteSinkOf(stdout) : String(output);
}

/** The lines of a log name no zone, so one log can have only one. */
function assertOneZone({ files }: LogSource): void {
  const zones = [...new Set(files.map(({ timeZone }) => timeZone))];
  if (zones.length > 1) {
    throw usage(
      '--to-time-zone',
      `must be given: the times of these files are of several zones (${zones.join(', ')}), and one log can have only one`,
    );
  }
}

function usage(name: string, text: string): Error {
  return settingsError({ kind: 'flag', name }, text);
}

async function tell(
  { records, notes }: ConvertSummary,
  { isAnonymous }: Options,
  {
    output,
    session: { style },
    context: { stderr },
  }: {
    readonly output: ConvertRequest['output'];
    readonly session: LogSession;
    readonly context: CommandContext;
  },
): Promise<void> {
  const count = `${records.toLocaleString('en')} ${records === 1 ? 'record' : 'records'}`;
  const lines = notes.map((note) => `${style.warning('note')}: ${noteText(note)}`);
  if (typeof output === 'string') lines.unshift(`${count} written to ${printable(output)}`);
  else if (records === 0) lines.unshift('no records');
  if (isAnonymous) {
    lines.push(
      'Hosts, users, folder and file names were replaced; times, ports, operations, codes and common extensions were not. Read it before you send it.',
    );
  }
  if (lines.length > 0) await stderr.write(`${lines.join('\n')}\n`);
}
