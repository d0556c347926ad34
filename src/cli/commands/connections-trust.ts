import { TransferError } from '../../core/transfer-error.js';
import { preparePins, writePins, type PinChange } from '../../engine/connection-trust/pin-file.js';
import { changedPins, planPins, type PinPlan } from '../../engine/connection-trust/plan-pins.js';
import { pinKeyOf, writtenPins } from '../../engine/connection-trust/pinned-connection.js';
import { seeTrust, type TrustView } from '../../engine/connection-trust/see-trust.js';
import { fingerprintList } from '../../settings/setting-values.js';
import { settingsError } from '../../settings/settings-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { openSession, type CommandSession } from '../command-session.js';
import { confirm } from '../confirm.js';
import {
  adviceLines,
  diffLines,
  flagLines,
  viewLines,
  type TrustTextOptions,
} from '../connections/trust-text.js';
import { styleFor } from '../style.js';

/** Of a server that shows nothing that is trusted, while nothing is pinned: refused, as a session would be. */
const NOT_TRUSTED_EXIT = 4;

interface Trusting {
  readonly name: string;
  readonly session: CommandSession;
  readonly context: CommandContext;
  readonly text: TrustTextOptions;
  readonly isYes: boolean;
  readonly mayReplace: boolean;
}

/** `tally connections trust`: shows, and pins only when it is told to. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const session = await openSession(call, context);
  const { stdout } = context;
  const trusting: Trusting = {
    name: (call.args[0] ?? '').replace(/:$/, ''),
    session,
    context,
    text: { style: styleFor(stdout), width: stdout.isTerminal ? stdout.size().columns : Infinity },
    isYes: call.flags['yes'] === true,
    mayReplace: call.flags['replace'] === true,
  };
  const add = fingerprintsOf(call, 'add');
  const remove = fingerprintsOf(call, 'remove');
  return add.length + remove.length > 0 ? changeByHand(trusting, { add, remove }) : lookAndPin(trusting);
}

function fingerprintsOf({ flags }: CommandCall, key: 'add' | 'remove'): readonly string[] {
  const given = flags[key];
  if (given === undefined) return [];
  const parsed = fingerprintList.safeParse(given);
  if (parsed.success) return parsed.data;
  const [problem] = parsed.error.issues;
  throw settingsError({ kind: 'flag', name: `--${key}` }, problem?.message ?? 'cannot be read');
}

/** Without connecting: the next key in advance, or an old one that is gone. */
async function changeByHand(
  trusting: Trusting,
  change: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<number> {
  const { name, session, context, text } = trusting;
  const { inForce, format } = session;
  const key = pinKeyOf(name, inForce);
  const { fingerprints, missing } = changedPins(writtenPins(name, key, inForce), change);
  if (missing.length > 0) {
    throw settingsError({ kind: 'flag', name: '--remove' }, `${missing.join(', ')} is not pinned in ${name}`);
  }
  const prepared = await preparePins(inForce.loaded, { connection: name, key, fingerprints });
  await writePins(prepared);
  if (format !== 'words') {
    const data = { schemaVersion: 1, connection: name, key, pinned: fingerprints, file: prepared.file };
    await context.stdout.write(
      `${JSON.stringify({ ...data, written: prepared.before !== prepared.after })}\n`,
    );
    return 0;
  }
  await say(trusting, [...writtenLines(prepared, text), ...emptyNote(fingerprints, key)]);
  return 0;
}

function emptyNote(fingerprints: readonly string[], key: 'hostKeys' | 'pins'): readonly string[] {
  if (fingerprints.length > 0) return [];
  return [
    `Nothing is pinned any more: ${key === 'hostKeys' ? 'known_hosts files count' : 'CAs count'} again.`,
  ];
}

async function lookAndPin(trusting: Trusting): Promise<number> {
  const { name, session, context, text } = trusting;
  const { inForce, surroundings, format } = session;
  const view = await seeTrust(name, inForce, surroundings, context.signal);
  if (format === 'words') await say(trusting, viewLines(view, text));
  if (view.connection === undefined) {
    if (format === 'words') await say(trusting, ['', ...flagLines(view)]);
    return tell(trusting, view, undefined, []);
  }
  const written = writtenPins(view.connection, view.key, inForce);
  const plan = planPins(view, written);
  if (plan.kind === 'nothing-new' || !(await isWanted(plan, view, trusting))) {
    if (format === 'words')
      await say(trusting, ['', ...adviceLines(plan, view, { ...text, isTrusted: isTrusted(view) })]);
    return tell(trusting, view, undefined, written);
  }
  const edit = { connection: view.connection, key: view.key, fingerprints: plan.fingerprints };
  const prepared = await preparePins(inForce.loaded, edit);
  await writePins(prepared);
  if (format === 'words') await say(trusting, ['', ...writtenLines(prepared, text)]);
  return tell(trusting, view, prepared, plan.fingerprints);
}

/** By `--yes`, or by the answer of whoever sits there. A key that changed needs `--replace`, or the whole word. */
async function isWanted(
  plan: Exclude<PinPlan, { kind: 'nothing-new' }>,
  view: TrustView,
  trusting: Trusting,
): Promise<boolean> {
  const { session, context, isYes, mayReplace } = trusting;
  if (isYes) {
    if (plan.kind === 'replace' && !mayReplace) throw changedError(view);
    return true;
  }
  const isAsked =
    context.canAsk && session.format === 'words' && session.inForce.given.values.noInput !== true;
  // What is trusted by a CA or known_hosts needs no pin; who wants one says so.
  if (!isAsked || isTrusted(view)) return false;
  const question =
    plan.kind === 'replace'
      ? `Trust the new key of ${view.connection} instead of the old one?`
      : `Pin this for ${view.connection}?`;
  return confirm(question, { stake: plan.kind === 'replace' ? 'much' : 'little', signal: context.signal });
}

function isTrusted({ shown }: TrustView): boolean {
  return shown.some(({ standing }) => ['pinned', 'known', 'trusted'].includes(standing));
}

function changedError({ place, connection, key, shown }: TrustView): TransferError {
  const fingerprints = shown.map(({ fingerprint }) => fingerprint).join(', ');
  return new TransferError({
    code: key === 'hostKeys' ? 'HOST_KEY_CHANGED' : 'CERTIFICATE_REJECTED',
    lastCode: 10053,
    phase: key === 'hostKeys' ? 'connect' : 'tls',
    message: `${place}: the server shows ${fingerprints}, none of which is trusted, while others are; nothing was changed`,
    advice: `Ask the partner whether they changed the key. If they did: tally connections trust ${connection} --yes --replace`,
  });
}

function writtenLines(prepared: PinChange, { style }: TrustTextOptions): readonly string[] {
  if (prepared.before === prepared.after) return ['Nothing was changed: it stands in the settings already.'];
  return diffLines(prepared, style);
}

async function tell(
  { session, context }: Trusting,
  view: TrustView,
  prepared: PinChange | undefined,
  pinned: readonly string[],
): Promise<number> {
  const exitCode = prepared !== undefined || isTrusted(view) ? 0 : NOT_TRUSTED_EXIT;
  if (session.format !== 'words') {
    const { failure, ...facts } = view;
    const data = {
      schemaVersion: 1,
      ...facts,
      incomplete: failure !== undefined,
      pinned,
      written: prepared !== undefined,
    };
    await context.stdout.write(`${JSON.stringify({ ...data, file: prepared?.file, exitCode })}\n`);
  }
  return exitCode;
}

async function say({ context }: Trusting, lines: readonly string[]): Promise<void> {
  await context.stdout.write(lines.map((line) => `${line}\n`).join(''));
}
