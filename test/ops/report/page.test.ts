import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderPage } from '../../../src/ops/report/page.ts';
import { hostileText, hostileTexts } from './hostile-texts.ts';
import { reportOf } from './sample-report.ts';

const at = new Date('2026-03-01T09:00:00Z');

/**
 * The names of all elements, in order, and of their attributes: what a text must not change. A cell of one word has a
 * class, and is told without.
 */
function structureOf(page: string): string[] {
  const tags = page.replace(/<(style|script)[^]*?<\/\1>/g, '').match(/<\/?[a-z!](?:"[^"]*"|[^"<>])*>/g);
  return (tags ?? []).map((tag) => tag.replaceAll(/"[^"]*"/g, '""').replace(/^<td .*/, '<td>'));
}

/** The page's own texts, of what the plots have none. */
function withoutPlots(page: string): string {
  return page.replaceAll(/<svg[^]*?<\/svg>/g, '');
}

describe('a page', () => {
  test('says when it was made, its numbers and warnings, and what each plot shows', () => {
    const page = renderPage(reportOf(['one', 'two']), at);

    expect(page).toContain('<time datetime="2026-03-01T09:00:00.000Z">2026-03-01T09:00:00.000Z</time>');
    expect(page).toContain('<div class="alarm"><dt>one</dt><dd>1,234</dd></div>');
    expect(page).toContain('<div class="calm"><dt>nothing</dt><dd>0</dd></div>');
    expect(page).toContain('<ul class="warnings"><li>one</li><li>two</li></ul>');
    expect(page).toContain('role="img" aria-label="one. one: 1; two: 2."');
    expect(page).toContain('aria-label="one. one: 1 one, 1 one too; two: 2 one, 2 one too."');
    expect(page).not.toContain('empty');
  });

  test('says what there is instead of rows', () => {
    const report = reportOf(['one']);

    const page = renderPage({ ...report, table: { ...report.table, rows: [], empty: 'There is none.' } }, at);

    expect(page).toContain('<p>There is none.</p>');
    expect(page).not.toContain('<table>');
  });

  test('lets its own script run, no other, and fetches nothing', () => {
    const page = renderPage(reportOf(['one']), at);
    const [, script = ''] = /<script>([^]*?)<\/script>/.exec(page) ?? [];
    const hash = createHash('sha256').update(script).digest('base64');

    expect(page).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; script-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`.replaceAll(
        '&#39;',
        "'",
      ),
    );
    expect(page).not.toMatch(/\b(?:src|href)=|url\(|@import/);
  });
});

describe('a text that is to do harm', () => {
  test.each(hostileTexts)('adds no element and no attribute: %j', (text) => {
    const page = renderPage(reportOf([text]), at);

    expect(structureOf(withoutPlots(page))).toEqual(
      structureOf(withoutPlots(renderPage(reportOf(['x']), at))),
    );
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  // ECharts would, by a text that is a name of every object's members.
  test.each(['__proto__', 'constructor', 'toString'])('changes no object: %s', (text) => {
    const before = Reflect.ownKeys(Object.prototype);
    renderPage(reportOf([text, 'x']), at);

    expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
  });

  test('adds none, whatever it is', () => {
    const plain = structureOf(withoutPlots(renderPage(reportOf(['x', 'y']), at)));
    const inPlots = /^<\/?(svg|rect|path|g|text|tspan|style)\b/;
    fc.assert(
      fc.property(hostileText, hostileText, (one, other) => {
        const page = renderPage(reportOf([one, other]), at);

        expect(structureOf(withoutPlots(page))).toEqual(plain);
        for (const [svg] of page.matchAll(/<svg[^]*?<\/svg>/g)) {
          const tags = structureOf(svg);
          expect(tags.filter((tag) => !inPlots.test(tag) || / on[a-z]+=/.test(tag))).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('is written out where it would turn or hide other text', () => {
    const page = renderPage(reportOf(['a\u202Eb\u2066c\u200Fd']), at);

    expect(page).not.toMatch(/[\u202E\u2066\u200F]/);
    expect(page).toContain(String.raw`<td class="word">a\u202eb\u2066c\u200fd</td>`);
  });
});
