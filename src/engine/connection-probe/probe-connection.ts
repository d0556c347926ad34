import type { TransferError } from '../../core/transfer-error.js';
import { parseLocation } from '../../core/location.js';
import {
  dataModeOf,
  ftpProxyOf,
  securityOf,
  speaksAfterTls,
  type PartnerOptions,
} from '../../protocols/partner-options.js';
import { resolvePlace } from '../../settings/resolve-place.js';
import { settingsError } from '../../settings/settings-error.js';
import { connectionText } from '../connection-text.js';
import type { SettingsInForce, Surroundings } from '../surroundings.js';
import { compareClocks } from './clock-step.js';
import { tryDataMode } from './data-steps.js';
import { checkSsh, checkTls, readGreeting } from './look-steps.js';
import { goThroughProxies, lookUpName, tryAddresses } from './network-steps.js';
import { tryProbeFile } from './probe-file.js';
import { ProbeSession } from './probe-session.js';
import { ProbeRun } from './probe-run.js';
import type { ProbeStep } from './probe-step.js';
import { listFolder, logIn, tellAbilities } from './session-steps.js';
import { describeLogin } from './settings-step.js';

export interface ProbeOrder {
  /** A connection's name, also with a path, or a URL. */
  readonly location: string;
  readonly write: boolean;
}

export interface ProbeReport {
  readonly location: string;
  readonly steps: readonly ProbeStep[];
  /** The first failure; undefined when all that was tried works. */
  readonly failure: TransferError | undefined;
  /** For the Protocol column; undefined when the settings were not good enough to know. */
  readonly protocol: PartnerColumns['protocol'] | undefined;
  /** As the client log would write it: of the failure, else of the login. */
  readonly code: number;
}

type PartnerColumns = ProbeSession['subject']['place']['endpoint']['columns'];

/**
 * Tries a connection step by step and tells each as it ends. What fails does not reject: what depends on it is not
 * tried. Rejects with what a user typed wrong, and CANCELLED. Nothing is written to the client log.
 */
export async function probeConnection(
  order: ProbeOrder,
  inForce: SettingsInForce,
  { platform }: Pick<Surroundings, 'platform'>,
  { signal, step: tell }: { readonly signal: AbortSignal; readonly step: (step: ProbeStep) => void },
): Promise<ProbeReport> {
  const location = partnerText(order.location);
  const run = new ProbeRun({ now: () => platform.clock.monotonicMs(), signal, tell });
  let session: ProbeSession | undefined;
  try {
    await run.step('settings', [], async () => {
      const { place } = await resolvePlace(location, inForce.places);
      const options = place.endpoint.options as PartnerOptions;
      const subject = { place, options, label: order.location, mayWrite: order.write };
      session = new ProbeSession(subject, platform, signal);
      return describeLogin(place.endpoint, options);
    });
    if (session !== undefined) await runSteps(run, session);
  } finally {
    await session?.close();
  }
  const { failure } = run;
  return {
    location: order.location,
    steps: run.steps,
    failure,
    protocol: session?.subject.place.endpoint.columns.protocol,
    code: failure?.lastCode ?? session?.loginCode ?? -1,
  };
}

function partnerText(text: string): string {
  const location = connectionText(text);
  if (parseLocation(location).kind !== 'local') return location;
  throw settingsError(
    { kind: 'location', text },
    'is a place on this machine; name a connection or a URL such as sftp://user@host',
  );
}

const REACHED = ['name', 'tcp', 'proxy'] as const;

async function runSteps(run: ProbeRun, session: ProbeSession): Promise<void> {
  const { options } = session;
  const isTlsFirst = speaksAfterTls(options);
  const isDirect = options.proxies.length === 0;
  const security = securityOf(options);
  const isRelayed = ftpProxyOf(options) !== undefined;
  const greet = () =>
    isRelayed
      ? undefined
      : run.step('greeting', [...REACHED, ...(isTlsFirst ? (['tls'] as const) : [])], () =>
          readGreeting(session),
        );
  await run.step('name', [], () => lookUpName(session));
  if (isDirect) await run.step('tcp', ['name'], () => tryAddresses(session));
  if (!isDirect || isRelayed) await run.step('proxy', ['name'], () => goThroughProxies(session));
  if (!isTlsFirst) await greet();
  if (security === 'tls' && !isRelayed)
    await run.step('tls', [...REACHED, ...(isTlsFirst ? [] : (['greeting'] as const))], () =>
      checkTls(session),
    );
  if (isTlsFirst) await greet();
  if (security === 'ssh') await run.step('ssh', ['greeting'], () => checkSsh(session));
  await run.step('login', [...REACHED, 'greeting', 'tls', 'ssh'], () => logIn(session));
  await run.step('listing', ['login'], () => listFolder(session));
  await run.step('probe-file', ['login'], () => tryProbeFile(session));
  if (dataModeOf(options) !== undefined) {
    await run.step('passive', ['login'], () => tryDataMode(session, 'passive'));
    await run.step('active', ['login'], () => tryDataMode(session, 'active'));
  }
  await run.step('clock', ['login'], () => compareClocks(session));
  await run.step('abilities', ['login'], () => tellAbilities(session));
}
