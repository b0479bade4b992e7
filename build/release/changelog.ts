/**
 * The text below a heading of the changelog, without the heading: the notes of a release.
 *
 * @param title what follows `## `, without a date: `1.0.0`, or `Unreleased`
 * @throws Error when there is no such section, or nothing in it
 */
export function changelogSection(changelog: string, title: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const found = sections.find((section) => /^\[?([^\s\]]+)/.exec(section)?.[1] === title);
  const text = found?.replace(/^.*\n/, '').trim();
  if (text !== undefined && text !== '') return `${text}\n`;
  throw new Error(
    `Expected CHANGELOG.md to have a section "## ${title}" with text, found ${sections.map((section) => `"## ${section.split('\n', 1)[0] ?? ''}"`).join(', ') || 'none'}. Write what changed there.`,
  );
}
