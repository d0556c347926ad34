import { posix } from 'node:path';
import { instantOf } from '../../client-log/zone-time.js';
import { errorFacts } from '../../core/error-codes.js';
import { printable } from '../../core/printable.js';
import { remotePath } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';
import type { FailedFile, FailureFindings } from '../../log-tools/retry/failed-file.js';
import {
  retryCandidate,
  type CandidateContext,
  type RetryCandidate,
  type RetryRefusal,
} from '../../log-tools/retry/retry-candidate.js';
import { transferPath } from '../../settings/local-path.js';
import { resolvePlace } from '../../settings/resolve-place.js';
import type { SettingsInForce, Surroundings } from '../surroundings.js';
import { decideRetry, type RetryPolicy } from './decide-retry.js';
import { lookAtFiles, type LookContext } from './look-at-files.js';
import type { RetryPlan, RetryRoute, RetryRow, RouteEnd, Unplannable } from './retry-plan.js';
import { refuseSharedLogin } from './retry-partners.js';

export interface RetryOrder {
  readonly findings: FailureFindings;
  readonly context: CandidateContext;
  /** `--resend-existing`: send also what may have arrived. */
  readonly resendsExisting: boolean;
}

export interface PlanHooks {
  readonly signal: AbortSignal;
  /** The looks begin: so many files, on these connections. */
  readonly looking?: (files: number, names: readonly string[]) => void;
  readonly looked?: () => void;
}

/** Connections that are looked at side by side. */
const LOOKS_AT_A_TIME = 8;

/**
 * Looks at both ends of every failed file and says what will be done with it. Sends nothing, writes nothing, also not
 * to the client log: it counts files, not looks. What is wrong with one connection stands in its rows. Rejects when it
 * is cancelled, and with SETTINGS_INVALID where a login of the command line would go to several partners.
 */
export async function planRetry(
  { findings, context, resendsExisting }: RetryOrder,
  inForce: SettingsInForce,
  { platform }: Pick<Surroundings, 'platform'>,
  hooks: PlanHooks,
): Promise<RetryPlan> {
  const rows = new Map<FailedFile, RetryRow>();
  const add = (each: RetryRow) => void rows.set(each.file, each);
  const byEnd = new Map<string, RetryCandidate[]>();
  const advice = new Map<string, string>();
  for (const file of findings.files) {
    const found = retryCandidate(file, context);
    if (found.kind === 'refusal') add(refusedRow(found, advice));
    else candidatesOf(byEnd, endName(found)).push(found);
  }
  refuseSharedLogin(
    [...byEnd.keys()].filter((name) => name !== LOCAL),
    inForce,
  );
  const groups = await reachableGroups(byEnd, inForce, add);
  const count = groups.reduce((sum, { routes }) => sum + routes.size, 0);
  if (count > 0)
    hooks.looking?.(
      count,
      groups.map(({ end }) => end.name),
    );
  await sideBySide(groups, async (group) => {
    for (const each of await lookedAtRows(group, policyOf(group.end, resendsExisting, inForce), {
      platform,
      ...hooks,
    }))
      add(each);
  });
  return { findings, rows: onePerTarget(findings.files.flatMap((file) => rows.get(file) ?? [])) };
}

/** Files of one connection whose ways are known. */
interface RouteGroup {
  readonly end: RouteEnd;
  readonly routes: ReadonlyMap<RetryRoute, RetryCandidate>;
}

/** No connection has an empty name. */
const LOCAL = '';

function endName({ partner }: RetryCandidate): string {
  return partner?.name ?? LOCAL;
}

function candidatesOf(byEnd: Map<string, RetryCandidate[]>, name: string): RetryCandidate[] {
  const known = byEnd.get(name) ?? [];
  byEnd.set(name, known);
  return known;
}

/** One after another: a login may have to be asked for on the terminal. */
async function reachableGroups(
  byEnd: ReadonlyMap<string, readonly RetryCandidate[]>,
  inForce: SettingsInForce,
  add: (row: RetryRow) => void,
): Promise<readonly RouteGroup[]> {
  const groups: RouteGroup[] = [];
  for (const [name, candidates] of byEnd) {
    const end = await routeEnd(name, inForce);
    if (end instanceof TransferError) {
      for (const { file } of candidates) add(row(file, unreachable(name, end)));
      continue;
    }
    const routes = new Map<RetryRoute, RetryCandidate>();
    for (const candidate of candidates) {
      const route = routeOf(candidate, end, inForce);
      if (route instanceof TransferError) add(row(candidate.file, refusedPath(route)));
      else routes.set(route, candidate);
    }
    groups.push({ end, routes });
  }
  return groups;
}

/** The connection with its secrets; what is wrong with it is told for its files only. */
async function routeEnd(name: string, { places }: SettingsInForce): Promise<RouteEnd | TransferError> {
  try {
    const { place, transfer } = await resolvePlace(name === LOCAL ? places.workFolder : `${name}:`, places);
    return { name: name === LOCAL ? 'local' : name, endpoint: place.endpoint, transfer };
  } catch (error) {
    if (error instanceof TransferError) return error;
    throw error;
  }
}

function routeOf(
  { partner, operation, source, target }: RetryCandidate,
  end: RouteEnd,
  { places }: SettingsInForce,
): RetryRoute | TransferError {
  const own = (path: string) => transferPath(path, places.workFolder, places.platform.host.os);
  const isLocal = partner === undefined;
  try {
    return {
      end,
      operation,
      source: remotePath(isLocal || operation === 'upload' ? own(source) : source),
      target: remotePath(isLocal || operation === 'download' ? own(target) : target),
    };
  } catch (error) {
    if (error instanceof TransferError) return error;
    throw error;
  }
}

function policyOf({ transfer }: RouteEnd, resendsExisting: boolean, { given }: SettingsInForce): RetryPolicy {
  const isFlag = given.originOf('overwrite')?.kind === 'flag';
  return {
    given: isFlag ? given.values.overwrite : undefined,
    configured: transfer.overwrite,
    resendsExisting,
  };
}

async function lookedAtRows(
  { end, routes }: RouteGroup,
  policy: RetryPolicy,
  context: LookContext,
): Promise<readonly RetryRow[]> {
  const { looks, endedBy } = await lookAtFiles([...routes.keys()], end.endpoint, context);
  return [...routes].map(([route, { file }]): RetryRow => {
    const look = looks.get(route);
    if (look === undefined) return { ...row(file, unreachable(end.name, endedBy)), route };
    const { record, file: log } = file.last;
    const decision = decideRetry({
      source: look.source,
      target: look.target,
      failedAtMs: instantOf(record.time, log.timeZone),
      wasDelivered: file.deliveredBefore !== undefined,
      isText: isText(route),
      policy,
    });
    return { file, route: { ...route, target: look.targetPath }, look, plan: decision };
  });
}

function isText({ end, source }: RetryRoute): boolean {
  const extension = posix.extname(source).slice(1).toLowerCase();
  return end.endpoint.options.kind === 'ftp' && end.transfer.ascii.includes(extension);
}

/** Two files cannot both take one name: the one whose attempt was the last goes. */
function onePerTarget(rows: readonly RetryRow[]): readonly RetryRow[] {
  const taken = new Map<string, RetryRoute>();
  const numbers = new Map<RouteEnd, number>();
  return rows
    .toReversed()
    .map((each): RetryRow => {
      const { route, plan } = each;
      if (plan.action !== 'send' || route === undefined) return each;
      const key = JSON.stringify([numberOf(route.end, numbers), route.operation, route.target]);
      const other = taken.get(key);
      taken.set(key, other ?? route);
      return other === undefined ? each : { ...each, plan: sameTarget(other) };
    })
    .toReversed();
}

function numberOf(end: RouteEnd, numbers: Map<RouteEnd, number>): number {
  const number = numbers.get(end) ?? numbers.size;
  numbers.set(end, number);
  return number;
}

function sameTarget({ source }: RetryRoute): Unplannable {
  return {
    action: 'refuse',
    why: 'same-target',
    reason: `${printable(source)} goes to the same target, and its attempt was the later one`,
  };
}

/** `known`: advice is the same for many files, and stands in memory once. */
function refusedRow({ file, why, reason, advice }: RetryRefusal, known: Map<string, string>): RetryRow {
  if (advice === undefined) return row(file, { action: 'refuse', why, reason });
  const kept = known.get(advice) ?? advice;
  known.set(kept, kept);
  return row(file, { action: 'refuse', why, reason, advice: kept });
}

function row(file: FailedFile, plan: Unplannable): RetryRow {
  return { file, route: undefined, look: undefined, plan };
}

function refusedPath(error: TransferError): Unplannable {
  return { action: 'refuse', why: 'path', reason: error.message };
}

function unreachable(name: string, error: TransferError | undefined): Unplannable {
  const reason = error === undefined ? 'nobody looked' : `${error.message}${summaryOf(error)}`;
  return {
    action: 'refuse',
    why: 'unreachable',
    reason: `both ends could not be looked at: ${reason}`,
    advice: error && `${name}: ${error.advice}`,
    ...(error === undefined ? {} : { error }),
  };
}

/** ` (The server refused the login)`; what is wrong with settings says so itself. */
function summaryOf({ code }: TransferError): string {
  return code === 'SETTINGS_INVALID' ? '' : ` (${errorFacts(code).summary.replace(/\.$/, '')})`;
}

async function sideBySide<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) await run(next.value);
  };
  await Promise.all(Array.from({ length: Math.min(LOOKS_AT_A_TIME, items.length) }, work));
}
