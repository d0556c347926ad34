import { SAFE_ALGORITHMS } from '../settings/ssh-schema.js';
import type { ImportReport } from './import-report.js';
import type { Property } from './read-properties.js';

/** One of EFT's SFTP2_ switches. */
export interface EftAlgorithm {
  readonly name: string;
  readonly kind: 'cipher' | 'mac';
  /** Ours; undefined for one that nobody should use any more. */
  readonly ours: string | undefined;
  /** Offered only where a connection names it in `legacyAlgorithms`. */
  readonly isOld: boolean;
}

/** What the switches say. */
export interface AlgorithmChoice {
  readonly on: EftAlgorithm[];
  readonly off: EftAlgorithm[];
}

const ALGORITHMS: readonly EftAlgorithm[] = [
  { name: 'SFTP2_AES128CTR', kind: 'cipher', ours: 'aes128-ctr', isOld: false },
  { name: 'SFTP2_AES256CTR', kind: 'cipher', ours: 'aes256-ctr', isOld: false },
  old('AES128', 'cipher', 'aes128-cbc'),
  old('AES256', 'cipher', 'aes256-cbc'),
  old('TripleDES', 'cipher', '3des-cbc'),
  ...['ARCFOUR', 'CAST128', 'Twofish', 'Blowfish', 'TWOFISH256', 'TWOFISH128'].map((name) =>
    old(name, 'cipher'),
  ),
  { name: 'SFTP2_SHA1', kind: 'mac', ours: 'hmac-sha1', isOld: false },
  old('SHA1_96', 'mac', 'hmac-sha1-96'),
  old('MD5', 'mac', 'hmac-md5'),
  old('MD5_96', 'mac', 'hmac-md5-96'),
];

function old(name: string, kind: EftAlgorithm['kind'], ours?: string): EftAlgorithm {
  return { name: `SFTP2_${name}`, kind, ours, isOld: true };
}

/** By their names in small letters. */
export const ALGORITHM_NAMES: ReadonlyMap<string, EftAlgorithm> = new Map(
  ALGORITHMS.map((each) => [each.name.toLowerCase(), each]),
);

/** Notes one switch. */
export function importAlgorithm(
  { place }: Property,
  algorithm: EftAlgorithm,
  {
    isOn,
    choice,
    report,
  }: { readonly isOn: boolean; readonly choice: AlgorithmChoice; readonly report: ImportReport },
): void {
  const { ours, isOld } = algorithm;
  if (ours === undefined) {
    if (isOn) report.add(place, 'lost', 'on in EFT; not to be had here: broken, or in no current library');
    else report.add(place, 'notNeeded', 'off, as here');
    return;
  }
  (isOn ? choice.on : choice.off).push(algorithm);
  if (isOld && !isOn)
    report.add(place, 'notNeeded', `off, as here: ${ours} is offered by legacyAlgorithms only`);
  else if (isOld)
    report.add(place, 'carried', `on as a comment: ${ours} in legacyAlgorithms, for a partner that needs it`);
  else if (isOn) report.add(place, 'notNeeded', `on, as here: ${ours}`);
  else report.add(place, 'carried', `off as a comment: algorithms without ${ours}`);
}

/** What belongs to connections, as a comment; undefined when they need nothing. */
export function algorithmsComment({ on, off }: AlgorithmChoice): string | undefined {
  const legacy = on.filter(({ isOld }) => isOld).flatMap(({ ours }) => ours ?? []);
  const left = off.filter(({ isOld }) => !isOld);
  const lists = (['cipher', 'mac'] as const).flatMap((kind) => {
    const without = left.filter((each) => each.kind === kind).flatMap(({ ours }) => ours ?? []);
    if (without.length === 0) return [];
    const names = (SAFE_ALGORITHMS[kind] ?? []).filter((name) => !without.includes(name));
    return [`     ${kind}: [${names.map((name) => JSON.stringify(name)).join(', ')}]`];
  });
  const lines = [
    ...(lists.length === 0 ? [] : ['   algorithms:', ...lists]),
    ...(legacy.length === 0
      ? []
      : [
          '   # old, and off here: only for a partner that has nothing better',
          `   legacyAlgorithms: [${legacy.join(', ')}]`,
        ]),
  ];
  return lines.length === 0 ? undefined : [' In each SFTP connection that needs it:', ...lines].join('\n');
}
