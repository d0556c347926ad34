import { printable } from '../../core/printable.js';
import { loginKeysOf, type PartnerOptions } from '../../protocols/partner-options.js';
import { secretsIn } from '../../protocols/option-secrets.js';
import { showPlace } from '../../net/tcp-dialer.js';
import type { Endpoint } from '../../transfers/endpoint.js';
import type { ProbeFindings } from './probe-step.js';

/** Where to, as whom and by what: all that could be read, since a secret that cannot be fetched has failed before. */
export function describeLogin({ columns, label }: Endpoint, options: PartnerOptions): ProbeFindings {
  const { protocol, host, port, user } = columns;
  const who = user === '' ? '' : ` as ${printable(user, 120)}`;
  const secrets = secretsIn(options).length;
  const ways = loginKeysOf(options).map((way) => printable(way));
  const readable =
    secrets === 0 ? 'no secret is needed' : `${secrets} ${secrets === 1 ? 'secret' : 'secrets'} readable`;
  return {
    verdict: 'ok',
    lines: [
      `${protocol} to ${printable(showPlace(host, port))}${who}; ${readable}`,
      ...(ways.length === 0 ? [] : [`logs in by ${ways.join(', ')}`]),
    ],
    facts: { connection: label, protocol, host, port, user },
  };
}
