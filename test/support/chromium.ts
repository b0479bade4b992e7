import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Where Linux distributions put it. Elsewhere an installed Chrome is found by playwright. */
const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** A Chromium without a window that asks the network for nothing of its own. `CHROMIUM` may say where it is. */
export async function openChromium(): Promise<Browser> {
  const { CHROMIUM: named } = process.env;
  const executablePath = named ?? usual.find((path) => existsSync(path));
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  return chromium.launch({
    args,
    ...(executablePath === undefined ? { channel: 'chrome' } : { executablePath }),
  });
}
