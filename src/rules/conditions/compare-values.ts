import { dosMatcher } from '../../transfers/wildcard.js';
import type { CompareOperator } from './condition.js';

/** Compares two expanded texts. */
export function compareValues(left: string, operator: CompareOperator, right: string): boolean {
  switch (operator) {
    case 'equals':
      return left === right;
    case 'notEquals':
      return left !== right;
    case 'contains':
      return left.includes(right);
    case 'startsWith':
      return left.startsWith(right);
    case 'endsWith':
      return left.endsWith(right);
    case 'matches':
      return dosMatcher(right)(left);
    case 'less':
      return order(left, right) < 0;
    case 'greater':
      return order(left, right) > 0;
    case 'isEmpty':
      return left === '';
  }
}

const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)\s*$/;

/** As numbers where both are, else by code units: `2` before `10`, `20260211` before `20260301`, `a` before `b`. */
function order(left: string, right: string): number {
  if (NUMBER.test(left) && NUMBER.test(right)) return Math.sign(Number(left) - Number(right));
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
