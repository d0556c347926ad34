import { formatRecord } from '../../src/client-log/format.js';
import { recordOf } from '../../src/client-log/log-facts.js';
import type { AttemptRecord } from '../../src/store/transfer-store.js';
import { LOG_FOLDER, TIME_ZONE, type SimulatedMachine } from './simulated-machine.js';
import type { PutFile } from './traffic.js';

/** What got its final name in a folder that rules send to, over all processes. */
export interface Naming {
  readonly path: string;
  readonly content: string;
}

/** What does not balance, in words; empty when everything does. */
export async function booksOf(
  machine: SimulatedMachine,
  files: readonly PutFile[],
  namings: readonly Naming[],
): Promise<readonly string[]> {
  const ofFiles = deliveries(machine, files, namings);
  const stories = await Promise.all(ofFiles.map(({ text, file }) => withStory(machine, text, file)));
  return [...stories, ...(await lines(machine))];
}

/** Each night of the clock's rule had its run, once; that of a skipped hour right after the gap. */
export async function nightsMissing(
  { store }: SimulatedMachine,
  rule: string,
  dueMs: readonly number[],
): Promise<readonly string[]> {
  const runs = await store.runs.list({ rule, limit: 1_000 });
  const keys = runs.filter(({ retryOf }) => retryOf === undefined).map(({ eventKey }) => eventKey);
  const missing = dueMs.filter((ms) => !keys.includes(`schedule:${ms}`));
  const others = keys.filter((key) => !dueMs.some((ms) => key === `schedule:${ms}`));
  return [
    ...missing.map((ms) => `${rule} did not run for ${new Date(ms).toISOString()}`),
    ...others.map((key) => `${rule} ran for a time that is none of its own: ${key}`),
    ...(new Set(keys).size < keys.length ? [`${rule} ran twice for one time`] : []),
  ];
}

interface Fault {
  readonly text: string;
  readonly file?: PutFile;
}

/** With what the runs of the file said, so that a seed tells its reason. */
async function withStory({ store }: SimulatedMachine, text: string, file?: PutFile): Promise<string> {
  if (file === undefined) return text;
  const runs = await store.runs.list({ rule: file.way, sinceMs: file.putMs - 1, limit: 100_000 });
  const own = runs.filter(({ eventKey }) => eventKey.includes(file.path));
  const asides = (await store.runs.quarantined(file.way)).filter(({ path }) => path === file.path);
  const said = own.map(
    ({ id, state, reason, eventKey }) => `run ${id} ${state} (${reason ?? ''}) ${eventKey}`,
  );
  return [text, ...said, ...asides.map(({ reason, fileKey }) => `put aside (${reason}) ${fileKey}`)].join(
    '\n    ',
  );
}

function deliveries(
  { disk }: SimulatedMachine,
  files: readonly PutFile[],
  namings: readonly Naming[],
): readonly Fault[] {
  const faults: Fault[] = [];
  const times = new Map<string, number>();
  for (const { content } of namings) times.set(content, (times.get(content) ?? 0) + 1);
  const known = new Set(files.map(({ content }) => content));
  for (const { path, content } of namings) {
    const text = `${path} got its name with ${describe(content)}, which nobody wrote so`;
    if (!known.has(content)) faults.push({ text });
  }
  for (const file of files) {
    const sent = times.get(file.content) ?? 0;
    const lies = disk.content(file.path) === file.content;
    const what = `${file.path} of ${new Date(file.putMs).toISOString()} (${describe(file.content)})`;
    if (sent > 1) faults.push({ text: `${what} was sent ${sent} times`, file });
    if (sent === 0 && !lies && !file.isWithdrawn) faults.push({ text: `${what} is lost`, file });
    if (sent === 0 && lies) faults.push({ text: `${what} was never sent`, file });
    if (sent === 1 && lies && file.way !== 'copy')
      faults.push({ text: `${what} was sent and lies there still`, file });
  }
  return faults;
}

async function lines(machine: SimulatedMachine): Promise<readonly string[]> {
  const faults: string[] = [];
  const attempts = await allAttempts(machine);
  const wanted = counted(attempts.map(lineOf));
  const found = counted(logLines(machine));
  for (const [line, count] of wanted) {
    const there = found.get(line) ?? 0;
    if (there < count) faults.push(`${count - there} of ${count} times this line is missing: ${line}`);
  }
  let repeats = 0;
  for (const [line, count] of found) {
    const attemptsOfLine = wanted.get(line) ?? 0;
    if (attemptsOfLine === 0) faults.push(`a line without its attempt in the store: ${line}`);
    else repeats += count - attemptsOfLine;
  }
  // Marks that a death lost are of lines that were written together.
  if (repeats > 0 && machine.deaths.length === 0) faults.push(`${repeats} lines repeat without a crash`);
  if ((await machine.store.transfers.unlogged(1)).length > 0)
    faults.push('an attempt is not marked as logged');
  return faults;
}

export async function allAttempts({ store }: SimulatedMachine): Promise<readonly AttemptRecord[]> {
  const all: AttemptRecord[] = [];
  for (;;) {
    const last = all.at(-1)?.id;
    const page = await store.transfers.find(undefined, {
      limit: 1_000,
      ...(last === undefined ? {} : { beforeId: last }),
    });
    if (page.length === 0) return all;
    all.push(...page);
  }
}

function lineOf(attempt: AttemptRecord): string {
  const result = attempt.succeeded ? 'succeeded' : 'failed';
  const style = { timeZone: TIME_ZONE, tenthColumn: true };
  return formatRecord(recordOf({ ...attempt, result }, style).record).trimEnd();
}

function logLines({ disk }: SimulatedMachine): readonly string[] {
  const logs = disk.names(LOG_FOLDER).filter((name) => /^cl\d+\.log$/.test(name));
  return logs
    .flatMap((name) => (disk.content(`${LOG_FOLDER}/${name}`) ?? '').split(/\r?\n/))
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function counted(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function describe(content: string): string {
  return `${content.length} bytes, '${content.slice(0, content.indexOf('\n'))}'`;
}
