import { guides, guidesOfNow } from '../../src/ops/dead-letters/cause-guide.ts';
import { endings, type Guide } from '../../src/ops/dead-letters/guide.ts';

/** What stands for a placeholder in the runbook, whose first lines define `output`. */
const written: Readonly<Record<string, string>> = {
  OPS: 'npm run ops --',
  ROLE_ARN: '"$(output RoleArn)"',
  LOG_GROUP: '"$(output LogGroupName)"',
};

/** The sections of docs/runbook.md on each cause of a dead letter, as `dead-letters show` tells them. */
export function causeSections(): string {
  const now = Object.entries(guidesOfNow).map(([name, guide]) => section(name, guide));
  const causes = Object.entries(guides).map(([name, guide]) => section(`\`${name}\``, guide));
  return [...now, ...causes].join('\n\n');
}

function section(title: string, { advice, commands, end }: Guide): string {
  const lines = [...commands, endings[end]].map((command) =>
    command.replaceAll(/\b(?:OPS|ROLE_ARN|LOG_GROUP)\b/g, (name) => written[name] ?? name),
  );
  return [`### ${title}`, '', advice, '', '```sh', ...lines, '```'].join('\n');
}
