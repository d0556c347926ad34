import { printable } from '../core/printable.js';
import { showOrigin } from '../settings/origin.js';
import type { OverridingValue, SettingRow } from '../settings/describe-settings.js';

const COMMENT_COLUMN = 48;

/** Settings as YAML that could be used again; with origins as comments. */
export function settingsYaml(rows: readonly SettingRow[], withOrigin: boolean): readonly string[] {
  const lines: string[] = [];
  let open: readonly string[] = [];
  for (const { path, value, origin } of rows) {
    for (let depth = 0; depth < path.length - 1; depth += 1) {
      if (path.slice(0, depth + 1).join('\0') === open.slice(0, depth + 1).join('\0')) continue;
      lines.push(`${'  '.repeat(depth)}${yamlText(path[depth])}:`);
      open = path.slice(0, depth + 1);
    }
    open = path;
    const line = `${'  '.repeat(path.length - 1)}${yamlText(path.at(-1))}: ${yamlText(value)}`;
    lines.push(withOrigin ? `${line.padEnd(COMMENT_COLUMN)} # ${printable(showOrigin(origin), 1000)}` : line);
  }
  return lines;
}

/** What stands above the connections, as comments. */
export function overridingLines(values: readonly OverridingValue[]): readonly string[] {
  return values.map(({ key, origin }) => `# ${showOrigin(origin)} stands above ${key} of every connection`);
}

function yamlText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(yamlText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, below]) => `${yamlText(key)}: ${yamlText(below)}`);
    return `{ ${pairs.join(', ')} }`;
  }
  if (typeof value !== 'string') return JSON.stringify(value ?? null);
  return isPlain(value) ? value : JSON.stringify(value);
}

/** Text that YAML reads as the same text without quotes, in flow groups too. */
function isPlain(text: string): boolean {
  if (!/^[A-Za-z0-9_./~][A-Za-z0-9_./~:@%+-]*$/.test(text) || text.endsWith(':')) return false;
  return !/^(true|false|yes|no|on|off|null|~|[-+]?\.(inf|nan)|[-+.\d][\d_.eExobA-Fa-f:+-]*)$/i.test(text);
}
