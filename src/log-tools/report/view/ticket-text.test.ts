import { describe, expect, it } from 'vitest';
import { logLine, reportOf } from '../report.testing.js';
import { ticketText } from './ticket-text.js';

describe('text for a ticket', () => {
  it('says what, when, who, why, and gives the line as proof', () => {
    const line = logLine('2026-03-01 02:10:44 sftp acme inv.xml 4');
    const text = ticketText(reportOf([line]), 0);
    expect(text.split('\n')).toEqual([
      'upload over sftp failed (inferred)',
      'When: 2026-03-01 02:10:44 (Europe/Berlin)',
      'Partner: acme',
      'User: edi',
      'Local path: D:\\out\\inv.xml',
      'Remote path: /in/inv.xml',
      expect.stringMatching(/^Code: 4 failed.*The partner must act\.$/) as string,
      'Log: cl260301.log:1',
      `Line: ${line}`,
      '',
    ]);
  });

  it('carries no control characters into the ticket', () => {
    const text = ticketText(reportOf([logLine('2026-03-01 02:10:44 sftp acme i\u001b[2J\u202e.xml 4')]), 0);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  it('is empty for an attempt that is not on the page', () => {
    expect(ticketText(reportOf([]), 3)).toBe('');
  });
});
