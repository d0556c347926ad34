import { ERROR_TYPES } from './error-type.js';
import { MAX_LABEL_VALUES } from './label-names.js';
import { METRICS } from './metric-table.js';

/** The reference page of the metrics, as it must stand in docs/reference/metrics.md. */
export function renderMetricsPage(): string {
  return [
    INTRO,
    '| metric | kind | labels | what it says |\n| --- | --- | --- | --- |',
    ...Object.entries(METRICS).map(
      ([name, { kind, labels, help }]) =>
        `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
    ),
    '',
    `\`error_type\` is one of ${Object.keys(ERROR_TYPES)
      .map((type) => `\`${type}\``)
      .join(', ')}.`,
    '',
  ].join('\n');
}

const INTRO = `# Metrics

<!-- Made from src/api/metrics/metric-table.ts by \`npx vitest run src/api/metrics -u\`. Do not edit. -->

\`/metrics\` of the daemon, for Prometheus, besides \`process_*\` and \`nodejs_*\`. It needs a token of the role viewer:

\`\`\`yaml
scrape_configs:
  - job_name: tallyman
    static_configs: [{ targets: ["127.0.0.1:4480"] }]
    authorization: { credentials_file: /etc/prometheus/tally.token }
\`\`\`

Alert rules are in \`contrib/prometheus/\`, a dashboard for Grafana in \`contrib/grafana/\`. No path, user, file or host is ever in a label. Counters of known rules and
connections begin at zero. Up to ${MAX_LABEL_VALUES} rules and ${MAX_LABEL_VALUES} connections have series of their own;
what comes after them, and places that are no connection, are \`other\`.
`;
