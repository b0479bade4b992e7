import fs from 'node:fs';
import { vi } from 'vitest';

/** Catches what the functions write to standard output, line by line, until `vi.restoreAllMocks()`. */
export function catchStandardOutput(take: (line: string) => void): void {
  vi.spyOn(fs, 'writeSync').mockImplementation((_file, data) => {
    const bytes = Buffer.from(data);
    for (const line of bytes
      .toString()
      .split('\n')
      .filter((one) => one !== ''))
      take(line);
    return bytes.length;
  });
}
