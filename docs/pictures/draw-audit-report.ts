import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startAccount } from '../../test/ops/audit/account.ts';
import { openChromium } from '../../test/support/chromium.ts';
import { runScript } from '../../test/support/run-script.ts';
import { sampleAccount } from '../../test/support/sample-account.ts';

/*
 * `npm run picture:report`: draws `audit-report.webp`, the README's picture of a report, as Chromium shows what `audit`
 * writes of a made-up account on this machine.
 */
const size = { width: 1120, height: 1060 };

const folder = mkdtempSync(join(tmpdir(), 'picture-'));
const file = join(folder, 'report.html');
const account = await startAccount(sampleAccount(Date.now()));
try {
  const args = ['audit', '--all-regions', '--exempt', '', '--format', 'html', '--output', file];
  const { stderr, exitCode } = await runScript('src/ops/cli.ts', args, account.environment);
  if (exitCode !== 1)
    throw new Error(`Expected audit to find nameless instances, got exit code ${exitCode}: ${stderr}`);
  const browser = await openChromium();
  const page = await browser.newPage({ viewport: size, colorScheme: 'light' });
  await page.goto(pathToFileURL(file).href);
  const devtools = await page.context().newCDPSession(page);
  // Playwright itself writes PNG and JPEG alone, which are three times as large.
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 70 });
  await browser.close();
  writeFileSync(new URL('audit-report.webp', import.meta.url), Buffer.from(data, 'base64'));
} finally {
  await account.close();
  rmSync(folder, { recursive: true });
}
