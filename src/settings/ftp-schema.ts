import * as z from 'zod';
import { secretReference } from './secret-reference.js';
import { choice, mustBe, onOff, text } from './setting-values.js';

/** `50000-50100`, or one port. */
const portRange = z
  .union([z.string(), z.number()], {
    error: (issue) => mustBe('a port range such as 50000-50100', issue.input),
  })
  .transform((value, context) => {
    const match = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(String(value).trim());
    const min = Number(match?.[1] ?? 0);
    const max = Number(match?.[2] ?? min);
    if (min >= 1 && min <= max && max <= 65_535) return { min, max };
    context.issues.push({
      code: 'custom',
      message: mustBe('a port range such as 50000-50100', value),
      input: value,
    });
    return z.NEVER;
  });

/** Minutes to add to UTC: `UTC`, `+02:00`, `-0530`. */
const zoneOffset = z
  .string({ error: (issue) => mustBe('UTC or an offset such as "+02:00"', issue.input) })
  .transform((value, context) => {
    if (/^(utc|z)$/i.test(value)) return 0;
    const match = /^([+-])(\d{2}):?(\d{2})$/.exec(value);
    const minutes = Number(match?.[2]) * 60 + Number(match?.[3]);
    if (match && minutes <= 14 * 60 && Number(match[3]) < 60) return match[1] === '-' ? -minutes : minutes;
    context.issues.push({
      code: 'custom',
      message: mustBe('UTC or an offset such as "+02:00"', value),
      input: value,
    });
    return z.NEVER;
  });

/** The keys of an FTP or FTPS connection. */
export const ftpShape = {
  account: secretReference.optional(),
  security: choice(['none', 'explicit', 'implicit']).optional(),
  clearDataChannel: onOff.optional(),
  clearCommandChannel: onOff.optional(),
  active: onOff.optional(),
  activePorts: portRange.optional(),
  bindAddress: text('an address of this machine').optional(),
  epsv: onOff.optional(),
  mlsd: onOff.optional(),
  listingZone: zoneOffset.optional(),
};
