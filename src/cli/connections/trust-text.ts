import { printable } from '../../core/printable.js';
import type { CertificateFacts } from '../../engine/certificate-facts.js';
import type { PinChange } from '../../engine/connection-trust/pin-file.js';
import type { PinPlan } from '../../engine/connection-trust/plan-pins.js';
import type { ShownKey, TrustView } from '../../engine/connection-trust/see-trust.js';
import type { Style } from '../style.js';
import { wrapText } from '../wrap-text.js';

export interface TrustTextOptions {
  readonly style: Style;
  /** Infinity where lines may be of any length. */
  readonly width: number;
}

/** Every key that the server shows with its standing, the certificates, and pins that it does not show. */
export function viewLines(view: TrustView, options: TrustTextOptions): readonly string[] {
  const { style } = options;
  const who = view.connection === undefined ? view.place : `${view.connection} (${view.place})`;
  const shown = new Set(view.shown.map(({ fingerprint }) => fingerprint));
  // Beside a key that changed they stand already.
  const isTold = view.shown.some(({ standing }) => standing === 'changed');
  const unseen = (isTold ? [] : view.pinned)
    .map((pin) => pin.replace(/=+$/, ''))
    .filter((pin) => !shown.has(pin));
  return [
    style.strong(`${printable(who)} shows:`),
    ...view.shown.flatMap((key) => keyLines(key, view, options)),
    ...view.chain.flatMap((certificate, index) => certificateLines(certificate, index, options)),
    ...(view.failure === undefined
      ? []
      : wrapText(`There may be more: ${printable(view.failure.message)}`, { ...options, lead: '  ' })),
    ...(unseen.length === 0
      ? []
      : [style.strong('Pinned, but not shown now (the next key, or an old one):')]),
    ...unseen.map((pin) => `  ${pin}`),
  ];
}

function keyLines(key: ShownKey, view: TrustView, { style, width }: TrustTextOptions): readonly string[] {
  const isGood = ['pinned', 'known', 'trusted'].includes(key.standing);
  const paint = isGood
    ? style.good
    : ['unknown', 'further'].includes(key.standing)
      ? style.warning
      : style.bad;
  const wrap = (text: string) => wrapText(printable(text, 1000), { width, lead: '    ' });
  return [
    `  ${key.fingerprint}  ${printable(key.type)}`,
    ...wrap(standingText(key, view)).map((line) => `    ${paint(line.trimStart())}`),
    ...key.instead.filter(() => key.standing === 'changed').flatMap((other) => wrap(`instead of ${other}`)),
  ];
}

function standingText({ standing, reason }: ShownKey, { key }: TrustView): string {
  switch (standing) {
    case 'pinned':
      return 'pinned';
    case 'known':
      return `known by ${reason}`;
    case 'trusted':
      return 'its certificate is signed by a CA that is trusted here';
    case 'unknown':
      return 'new: no key of this server is known here';
    case 'further':
      return 'another key of the same server, not pinned';
    case 'changed':
      return `CHANGED: not ${key === 'pins' ? 'the one that is pinned' : 'the one that is trusted'}`;
    case 'revoked':
      return 'REVOKED: never connect to whoever shows it';
    case 'refused':
      return `not trusted: ${reason}`;
  }
}

function certificateLines(
  { subject, issuer, names, validFrom, validTo, publicKey }: CertificateFacts,
  index: number,
  { width }: TrustTextOptions,
): readonly string[] {
  const wrap = (text: string) => wrapText(text, { width, lead: '    ' });
  const when = `from ${validFrom.slice(0, 10)} to ${validTo.slice(0, 10)}`;
  if (index > 0) return wrap(`signed by ${subject}, ${when}, key ${publicKey}`);
  return [
    ...wrap(`certificate of ${subject}, issued by ${issuer}`),
    ...wrap(`for ${names.join(', ') || 'no name'}`),
    ...wrap(when),
  ];
}

/** The lines that differ, with their numbers; they stand together, since only one list changes. */
export function diffLines({ file, before, after }: PinChange, style: Style): readonly string[] {
  const [old, fresh] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1;
  let end = 0;
  const room = Math.min(old.length, fresh.length) - start;
  while (end < room && old.at(-1 - end) === fresh.at(-1 - end)) end += 1;
  const numbered = (lines: readonly string[], sign: string) =>
    lines
      .slice(start, lines.length - end)
      .map((line, index) => `${start + index + 1} ${sign} ${printable(line, 2000)}`);
  return [
    style.strong(printable(file)),
    ...numbered(old, '-').map((line) => `  ${style.bad(line)}`),
    ...numbered(fresh, '+').map((line) => `  ${style.good(line)}`),
  ];
}

/** What a person can do next, where nothing was written. */
export function adviceLines(
  plan: PinPlan,
  { connection }: TrustView,
  { isTrusted, width }: { readonly isTrusted: boolean; readonly width: number },
): readonly string[] {
  if (plan.kind === 'nothing-new') return ['All of it is pinned. Nothing was changed.'];
  const command = `  tally connections trust ${connection} --yes${plan.kind === 'replace' ? ' --replace' : ''}`;
  const text = isTrusted
    ? 'It is trusted as it is, and nothing was changed. To pin all that it shows:'
    : 'Nothing was changed. Compare with the partner by another way than this connection, then:';
  return [...wrapText(text, { width, lead: '' }), command];
}

/** For a URL, which has no place in the settings: the flag that trusts what was shown. */
export function flagLines({ key, shown }: TrustView): readonly string[] {
  const flag = key === 'hostKeys' ? '--host-key' : '--pin';
  return [
    'A URL has no place for pins. Once compared with the partner, give:',
    ...shown.map(({ fingerprint }) => `  ${flag} ${fingerprint}`),
  ];
}
