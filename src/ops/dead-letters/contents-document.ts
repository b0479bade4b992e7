import type { LaunchSource } from '../../enforcer/launch.ts';
import type { Contents } from './letter.ts';

/** What a dead letter tells, for programs: its times are in ISO 8601. */
export function contentsDocument(contents: Contents) {
  switch (contents.kind) {
    case 'listed':
    case 'unlisted':
      return { ...contents, source: sourceDocument(contents.source) };
    case 'started':
      return {
        ...contents,
        startedAt: isoTime(contents.startedAt),
        source: sourceDocument(contents.source),
      };
    case 'instances':
      return {
        ...contents,
        dueAt: isoTime(contents.dueAt),
        startedAt: isoTime(contents.startedAt),
        source: sourceDocument(contents.source),
      };
    case 'ignored':
    case 'invalid':
    case 'left-out':
      return contents;
  }
}

function sourceDocument({ launchedAt, ...source }: LaunchSource) {
  return { ...source, launchedAt: isoTime(launchedAt) };
}

function isoTime(moment: number | undefined): string | undefined {
  return moment === undefined ? undefined : new Date(moment).toISOString();
}
