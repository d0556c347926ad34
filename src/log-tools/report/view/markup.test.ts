import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Markup, markup } from './markup.js';

describe('markup', () => {
  it('shows a text between tags and in attributes, and never runs it', () => {
    const name = `"><script>alert('&')</script>`;
    expect(markup`<b title="${name}">${name}</b>`.text).toBe(
      '<b title="&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;">&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;</b>',
    );
  });

  it('makes control characters and direction marks visible', () => {
    expect(markup`${'gpj.\u202etxt\u0000\u001b[2J\u2028'}`.text).toBe(
      'gpj.\\u{202e}txt\\x00\\x1b[2J\\u{2028}',
    );
  });

  it('takes markup, lists and numbers as they are, and leaves holes for what there is not', () => {
    const items = ['a', 'b'].map((each) => markup`<i>${each}</i>`);
    expect(markup`${items}${7}${undefined}${false}`.text).toBe('<i>a</i><i>b</i>7');
  });

  it('lets no text out of its hole, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { text: made } = markup`${text}`;
        expect(made).not.toMatch(/[<>"'\u0000-\u001f\u007f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
        expect(made.replace(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
      }),
    );
  });

  it('is the only way for text to become markup', () => {
    expect(markup`${'<b>'}`).toBeInstanceOf(Markup);
  });
});
