import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { functionNames } from '../../src/local/lambda/function-process.ts';
import { sampleEventsFolder, type SampleEvent } from '../../src/local/sample-events.ts';

/** The sample's event, unchecked: some samples are malformed on purpose. */
export async function readEvent({ file }: SampleEvent): Promise<unknown> {
  const event: unknown = JSON.parse(await readFile(resolve(sampleEventsFolder, file), 'utf8'));
  return event;
}

/** The table of `events/README.md`. */
export function tableOf(samples: readonly SampleEvent[]): string {
  const rows = samples.map((sample) => [
    `[\`${sample.file}\`](${sample.file})`,
    `\`${functionNames[sample.function]}\``,
    sample.shows,
    whatEc2Holds(sample),
    whatHappens(sample),
  ]);
  const head = ['File', 'Function', 'What it shows', 'What EC2 holds', 'What happens'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function whatEc2Holds({ live, expected }: SampleEvent): string {
  if (live === undefined) {
    const looksAt = 'outcomes' in expected && !isIgnored(expected);
    return looksAt ? 'what the event shows' : 'does not matter';
  }
  if (live.every(({ instances }) => instances.length === 0)) return 'nothing';
  return counted(
    live.flatMap(({ launchedAt, instances }) =>
      instances.map(({ tags, operator }) => {
        const named = tags.find(({ key }) => key === 'Name');
        const about = [
          ...(operator === undefined ? [] : [`managed by \`${operator}\``]),
          ...(launchedAt === undefined ? [] : [`launched ${timeOf(launchedAt)}`]),
        ].join(', ');
        return `${named === undefined ? 'without a `Name`' : `named \`${named.value}\``}${about && ` (${about})`}`;
      }),
    ),
  );
}

function timeOf(time: number): string {
  return new Date(time)
    .toISOString()
    .replace('T', ' ')
    .replace(/:\d+\.\d+Z$/, '');
}

function isIgnored(expected: Extract<SampleEvent['expected'], { outcomes: unknown }>): boolean {
  return 'launch' in expected ? expected.launch.kind === 'ignored' : expected.outcomes.length === 0;
}

function whatHappens({ expected, exempting }: SampleEvent): string {
  if ('error' in expected) {
    switch (expected.error) {
      case 'InvalidEventError':
        return `\`InvalidEventError\` that names \`${expected.path}\``;
      case 'UnlistedLaunchError':
        return `\`UnlistedLaunchError\`: ${expected.incomplete}`;
    }
  }
  if (!('launch' in expected)) {
    return isIgnored(expected) ? 'ignored: no outcomes' : fatesOf(expected.outcomes);
  }
  switch (expected.launch.kind) {
    case 'ignored':
      return `ignored: ${expected.launch.reason}`;
    case 'listed':
    case 'unlisted': {
      const fates = fatesOf(expected.outcomes);
      if (exempting === undefined) return fates;
      const options = exempting.tagKeys.map((key) => `\`--exempt ${key}\``).join(' ');
      return `${fates}; with ${options} ${fatesOf(exempting.outcomes)}`;
    }
  }
}

function fatesOf(outcomes: readonly { readonly outcome: string; readonly reason: string }[]): string {
  if (outcomes.length === 0) return 'all spared, without a call to EC2: no outcomes';
  return counted(outcomes.map(({ outcome, reason }) => `${outcome}: ${reason}`));
}

/** Equal texts once, with how many there are. */
function counted(texts: readonly string[]): string {
  return [...new Set(texts)]
    .map((text) => `${texts.filter((other) => other === text).length} ${text}`)
    .join(', ');
}
