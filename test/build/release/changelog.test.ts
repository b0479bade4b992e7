import { describe, expect, it } from 'vitest';
import { changelogSection } from '../../../build/release/changelog.ts';

const changelog = `# Changelog

The form is that of [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).

## Unreleased

## 1.0.0 - 2026-12-01

### Added

- All of it.

## [0.9.0] - 2026-11-01

- Most of it.
`;

describe('changelogSection', () => {
  it.each([
    ['1.0.0', '### Added\n\n- All of it.\n'],
    ['0.9.0', '- Most of it.\n'],
  ])('is what stands below the heading of %s', (title, text) => {
    expect(changelogSection(changelog, title)).toBe(text);
  });

  it.each(['1.0', '2.0.0', 'Unreleased'])('is missed when %s has none, or an empty one', (title) => {
    expect(() => changelogSection(changelog, title)).toThrow(
      `Expected CHANGELOG.md to have a section "## ${title}" with text, found "## Unreleased", "## 1.0.0 - 2026-12-01", "## [0.9.0] - 2026-11-01".`,
    );
  });
});
