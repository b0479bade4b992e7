import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import * as fc from 'fast-check';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { renderPage } from '../../src/ops/report/page.ts';
import type { Report } from '../../src/ops/report/report.ts';
import { harmless } from '../../src/ops/text-for-people.ts';
import { hostileText, hostileTexts } from '../ops/report/hostile-texts.ts';
import { reportOf } from '../ops/report/sample-report.ts';
import { openChromium } from '../support/chromium.ts';

const Port = v.pipe(
  v.object({ port: v.number() }),
  v.transform(({ port }) => `http://127.0.0.1:${port}/`),
);

let browser: Browser;
let folder: string;
let context: BrowserContext;
let page: Page;
/** Whatever a page does that it must not: requests, errors, refusals of its policy, dialogs. */
let trouble: string[];

beforeAll(async () => {
  [browser, folder] = await Promise.all([openChromium(), mkdtemp(join(tmpdir(), 'report-'))]);
});
afterAll(async () => {
  await Promise.all([browser.close(), rm(folder, { recursive: true })]);
});

beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
  trouble = [];
  page.on('request', (request) => {
    if (request.url() !== fileUrl()) trouble.push(`request ${request.url()}`);
  });
  page.on('pageerror', (error) => trouble.push(`error ${error.message}`));
  page.on('console', (message) => trouble.push(`console ${message.text()}`));
  page.on('dialog', (dialog) => {
    trouble.push('dialog');
    void dialog.dismiss();
  });
});
afterEach(async () => {
  await context.close();
  if (trouble.length > 0) throw new Error(`Expected a quiet page, got ${trouble.join('; ')}`);
});

function fileUrl(): string {
  return pathToFileURL(join(folder, 'report.html')).href;
}

/** Opens a report as its reader does: as a file. */
async function open(report: Report): Promise<void> {
  await writeFile(join(folder, 'report.html'), renderPage(report, new Date('2026-03-01T09:00:00Z')));
  await page.goto(fileUrl());
}

const rowsShown = async (): Promise<string[]> =>
  page.locator('tbody tr:visible td:first-child').allTextContents();

const sorted: Report = {
  ...reportOf(['deploy', 'batch', 'ci']),
  table: {
    title: 'Rows',
    columns: ['Launcher', 'Instances'],
    rows: [
      ['deploy', '9'],
      ['batch', '10'],
      ['ci', '1'],
    ],
    empty: '',
  },
};

describe('in a browser, the table', () => {
  test('sorts by each column, one way and the other, numbers as numbers, and says so to a screen reader', async () => {
    await open(sorted);
    const head = page.getByRole('button', { name: 'Instances' });

    await head.click();
    expect(await rowsShown()).toEqual(['ci', 'deploy', 'batch']);
    expect(await page.locator('th[aria-sort=ascending]').allTextContents()).toEqual(['Instances']);

    await head.press('Enter');
    expect(await rowsShown()).toEqual(['batch', 'deploy', 'ci']);
    expect(await page.locator('th[aria-sort=descending]').allTextContents()).toEqual(['Instances']);

    await page.getByRole('button', { name: 'Launcher' }).click();
    expect(await rowsShown()).toEqual(['batch', 'ci', 'deploy']);
    expect(await page.locator('th[aria-sort]').count()).toBe(1);
  });

  test('shows the rows that have every word, in any case, and how many they are', async () => {
    await open(sorted);
    const filter = page.getByLabel('Rows with');

    await filter.fill('BATCH 10');
    expect(await rowsShown()).toEqual(['batch']);
    expect(await page.getByRole('status').textContent()).toBe('1 of 3 rows');

    await filter.fill('');
    expect(await rowsShown()).toEqual(['deploy', 'batch', 'ci']);
  });

  test('is whole without scripts', async () => {
    const without = await browser.newContext({ javaScriptEnabled: false });
    await writeFile(join(folder, 'report.html'), renderPage(sorted, new Date()));
    const plain = await without.newPage();
    await plain.goto(fileUrl());

    expect(await plain.locator('tbody tr').count()).toBe(3);
    expect(await plain.getByLabel('Rows with').isVisible()).toBe(false);
    await without.close();
  });
});

describe('in a browser, a page', () => {
  test.each(['light', 'dark'] as const)('has no fault that axe finds, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await open(reportOf(['Auto Scaling group web', 'lena@example.com']));

    const { violations, passes } = await new AxeBuilder({ page }).analyze();

    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain('color-contrast');
  });

  test('is light or dark as the system is, plots too, and light on paper', async () => {
    const colours = async () =>
      page.evaluate<string[]>(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('svg text')).fill]",
      );
    await open(reportOf(['one']));

    await page.emulateMedia({ colorScheme: 'light' });
    const light = await colours();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await colours();
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    const paper = await colours();

    expect(light).toEqual(['rgb(255, 255, 255)', 'rgb(31, 35, 40)']);
    expect(dark).toEqual(['rgb(13, 17, 23)', 'rgb(230, 237, 243)']);
    expect(paper).toEqual(light);
  });

  test('prints all of its rows on as many sheets as it takes, and no tools', async () => {
    await open(reportOf(Array.from({ length: 200 }, (_, index) => `launcher ${index}`)));

    const pdf = await page.pdf();
    await page.emulateMedia({ media: 'print' });

    expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(3);
    expect(await page.getByLabel('Rows with').isVisible()).toBe(false);
  });

  test('is not wider than a narrow screen, whatever the texts', async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    await open(reportOf(hostileTexts));

    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
  });
});

describe('in a browser, a text that is to do harm', () => {
  test('is shown as it is, and nothing else happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostileText, { minLength: 1, maxLength: 30 }), async (texts) => {
        await open(reportOf(texts));

        expect(trouble).toEqual([]);
        // HTML itself shows a null as nothing, and every line break as one; harmless texts have none but the last.
        expect(await rowsShown()).toEqual(texts.map((text) => harmless(text)));
        expect(await page.locator('figure svg').count()).toBe(3);
        expect(
          await page.evaluate(
            '[...document.querySelectorAll("script, img, iframe, a, [onload], [onerror]")].length',
          ),
        ).toBe(1);
      }),
      { numRuns: 25, examples: [[[...hostileTexts]]] },
    );
  });

  test('could neither run nor fetch if it became HTML: the policy refuses it', async () => {
    let requests = 0;
    const server = createServer(() => {
      requests += 1;
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = v.parse(Port, server.address());
    await open(reportOf(['one']));

    for (const html of [
      `<img src=${url} onerror=alert(1)>`,
      `<link rel=stylesheet href=${url}>`,
      `<iframe src=${url}></iframe>`,
      `<b style="background: url(${url})">b</b>`,
    ]) {
      await page.evaluate(`document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(html)})`);
    }
    await page.evaluate(
      "{ const script = document.createElement('script'); script.text = 'alert(1)'; document.body.append(script); }",
    );
    await page.waitForTimeout(500);
    server.close();

    expect(requests).toBe(0);
    expect(trouble).not.toContain('dialog');
    const refused = trouble.filter((what) => what.includes('Content Security Policy'));
    expect(refused.length).toBeGreaterThanOrEqual(5);
    trouble = [];
  });
});
