import { randomBytes, randomInt } from 'node:crypto';
import type { Random } from '../../core/random.js';

const TOKEN_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The machine's own random numbers. */
export const nodeRandom: Random = {
  fraction: () => randomBytes(4).readUInt32BE() / 2 ** 32,
  token: (length) => Array.from({ length }, () => TOKEN_LETTERS[randomInt(TOKEN_LETTERS.length)]).join(''),
};
