import { describe, expect, it } from 'vitest';
import { ruleNamed, folderTrigger } from '../trigger-sources/folder-scene.testing.js';
import { ruleSentence } from './rule-sentence.js';

const stop = { kind: 'stop', what: 'thisRule' } as const;
const step = (action: object) =>
  ({ kind: 'action', action, ifFailed: [], retries: 0, retryDelayMs: 0 }) as never;

describe('a rule in one sentence', () => {
  it('says when, if and what', () => {
    const rule = ruleNamed('send', {
      triggers: [folderTrigger('/srv/out', { include: ['*.xml'] })],
      condition: { kind: 'fileName', masks: ['o*'] },
      steps: [step({ kind: 'move', from: '%FS.PATH%', to: 'acme:/in/' })],
      otherwise: [step(stop)],
    });
    expect(ruleSentence(rule)).toBe(
      'When *.xml arrives in /srv/out, if file name matches o*: move %FS.PATH% to acme:/in/; else stop thisRule',
    );
  });

  it('counts what it does not name, and shows no password of a URL', () => {
    const copy = step({ kind: 'copy', from: 'a', to: 'ftp://u:hush@h/x' });
    const rule = ruleNamed('many', {
      triggers: [{ kind: 'manual', sample: {} }],
      steps: [copy, copy, copy, copy, copy],
    });
    const sentence = ruleSentence(rule);
    expect(sentence).toContain(', and 2 more');
    expect(sentence).not.toContain('hush');
  });
});
