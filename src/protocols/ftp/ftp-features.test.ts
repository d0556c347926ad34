import { describe, expect, it } from 'vitest';
import { mayHave, parseFeatures, UNKNOWN_FEATURES, wantedFactsOption } from './ftp-features.js';

const features = (...lines: readonly string[]) =>
  parseFeatures({ code: 211, lines: ['Features:', ...lines, 'End'] });

describe('features', () => {
  it('are read by name, in any case, with and without the leading space', () => {
    const known = features(' MDTM', 'size', ' REST STREAM', ' AUTH TLS');
    expect([...known.names]).toEqual(['MDTM', 'SIZE', 'REST', 'AUTH']);
    expect(mayHave(known, 'SIZE')).toBe(true);
    expect(mayHave(known, 'MLST')).toBe(false);
  });

  it('may all be there on a server that does not know FEAT', () => {
    const unknown = parseFeatures({ code: 502, lines: ['Command not implemented'] });
    expect(unknown).toBe(UNKNOWN_FEATURES);
    expect(mayHave(unknown, 'MLST')).toBe(true);
  });

  it('are none on a server that knows FEAT and nothing else', () => {
    expect(mayHave(parseFeatures({ code: 211, lines: ['no features'] }), 'MLST')).toBe(false);
  });

  it('say which facts have to be switched on', () => {
    expect(wantedFactsOption(features(' MLST type*;size*;modify*;perm*;'))).toBeUndefined();
    expect(wantedFactsOption(features(' MLST Type;Size*;Modify;Perm;'))).toBe('MLST type;size;modify;');
    expect(wantedFactsOption(features(' MLST type*;size;'))).toBe('MLST type;size;');
    expect(wantedFactsOption(features(' SIZE'))).toBeUndefined();
  });
});
