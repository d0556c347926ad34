import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dialer } from '../../src/core/dialer.js';
import { probeConnection, type ProbeReport } from '../../src/engine/connection-probe/probe-connection.js';
import type { ProbeStep, ProbeStepName } from '../../src/engine/connection-probe/probe-step.js';
import {
  nodeSurroundings,
  readSettings,
  type SettingsInForce,
  type Surroundings,
} from '../../src/engine/surroundings.js';
import { temporaryFolder } from '../platform/temporary-folder.js';

export interface ProbeSetting {
  /** Lines of `acme` below `connections`; absent where the location is a URL. */
  readonly connection?: readonly string[];
  /** Default `acme`. */
  readonly location?: string;
  readonly write?: boolean;
  /** Default: never aborted. */
  readonly signal?: AbortSignal;
  readonly flags?: Readonly<Record<string, string | boolean | readonly string[]>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Stands in for parts of the real dialer. */
  readonly dialer?: (real: Dialer) => Partial<Dialer>;
}

export interface Probed {
  readonly report: ProbeReport;
  readonly step: (name: ProbeStepName) => ProbeStep;
  /** `name verdict` of each step that was tried. */
  readonly tried: readonly string[];
}

/** Settings of a folder of their own, nothing of this machine's. */
export async function settled(setting: ProbeSetting): Promise<{
  readonly inForce: SettingsInForce;
  readonly surroundings: Surroundings;
  readonly file: string;
}> {
  const folder = await temporaryFolder();
  const home = join(folder, 'home');
  await mkdir(home);
  const file = join(folder, 'tallyman.yaml');
  const lines = [
    'connections:',
    '  acme:',
    ...(setting.connection ?? ['url: sftp://a@b.invalid']).map((line) => `    ${line}`),
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const real = nodeSurroundings({
    warn: () => undefined,
    environment: { TALLY_PASSWORD: '', ...setting.environment },
    workFolder: folder,
  });
  const dialer = { ...bound(real.platform.dialer), ...setting.dialer?.(real.platform.dialer) };
  const surroundings = { ...real, homeFolder: home, platform: { ...real.platform, dialer } };
  return { inForce: await readSettings(setting.flags ?? {}, surroundings), surroundings, file };
}

function bound(dialer: Dialer): Dialer {
  return {
    dial: (target, options) => dialer.dial(target, options),
    listen: (options) => dialer.listen(options),
    lookup: (host, options) => dialer.lookup(host, options),
  };
}

export async function probe(setting: ProbeSetting): Promise<Probed> {
  const { inForce, surroundings } = await settled(setting);
  const told: ProbeStep[] = [];
  const report = await probeConnection(
    { location: setting.location ?? 'acme', write: setting.write ?? false },
    inForce,
    surroundings,
    { signal: setting.signal ?? new AbortController().signal, step: (step) => told.push(step) },
  );
  if (told.length !== report.steps.length) throw new Error('not every step was told');
  return {
    report,
    step: (name) => {
      const found = report.steps.find((each) => each.name === name);
      if (found === undefined) throw new Error(`no step ${name}`);
      return found;
    },
    tried: report.steps
      .filter(({ verdict }) => verdict !== 'not-tried')
      .map(({ name, verdict }) => `${name} ${verdict}`),
  };
}
