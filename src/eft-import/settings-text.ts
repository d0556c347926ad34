import { Document, isMap, isScalar, isSeq } from 'yaml';
import { printable } from '../core/printable.js';
import { PLACE_HOLDER_MAIL, type AcceptedRule } from './accepted-rule.js';
import type { ConnectionSettings } from './import-connection.js';
import type { Written } from './written-step.js';

const HEAD = [
  ' Made by tally import eft. Look at it, set the variables that it names, then: tally rules validate',
  ' Rules with "To do" are disabled: do it, then remove "enabled: false".',
].join('\n');

/** All of a `tallyman.yaml`. */
export function settingsText(
  connections: ReadonlyMap<string, ConnectionSettings>,
  rules: ReadonlyMap<string, AcceptedRule>,
): string {
  const data = {
    ...([...rules.values()].some(({ rule }) => sendsMail(rule)) ? { mail: PLACE_HOLDER_MAIL } : {}),
    ...(connections.size === 0 ? {} : { connections: Object.fromEntries(connections) }),
    rules: Object.fromEntries([...rules].map(([name, { rule }]) => [name, rule])),
  };
  const document = new Document(data, { aliasDuplicateObjects: false });
  document.commentBefore = HEAD;
  const group = document.get('rules');
  if (isMap(group)) {
    for (const [index, { key, value }] of group.items.entries()) {
      const name = isScalar(key) ? String(key.value) : '';
      const accepted = rules.get(name);
      if (accepted === undefined || !isScalar(key)) continue;
      key.commentBefore = headOf(accepted);
      key.spaceBefore = index > 0;
      annotate(value, accepted.rule, accepted.comments);
    }
  }
  return document.toString({ lineWidth: 0 });
}

/** True when some step of the rule sends an e-mail. */
export function sendsMail(written: unknown): boolean {
  if (typeof written !== 'object' || written === null) return false;
  return 'mail' in written || Object.values(written).some(sendsMail);
}

function headOf({ draft: { name, folder }, problems }: AcceptedRule): string {
  const place = folder === undefined ? '' : `, in the folder "${printable(folder, 100)}"`;
  const lines = [
    `EFT: "${printable(name, 200)}"${place}`,
    ...problems.map((each) => `To do: ${printable(each, 500)}`),
  ];
  return lines.map((line) => ` ${line}`).join('\n');
}

/** Puts each comment above the node that was made of its object. */
function annotate(node: unknown, written: unknown, comments: ReadonlyMap<object, string>): void {
  if (typeof written !== 'object' || written === null) return;
  const comment = comments.get(written);
  if (isSeq(node)) {
    node.items.forEach((item, index) => annotate(item, (written as readonly unknown[])[index], comments));
  } else if (isMap(node)) {
    if (comment !== undefined) node.commentBefore = comment;
    for (const { key, value } of node.items) {
      if (isScalar(key)) annotate(value, (written as Written)[String(key.value)], comments);
    }
  }
}
