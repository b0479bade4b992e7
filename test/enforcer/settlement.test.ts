import { expect, test } from 'vitest';
import {
  ForeignLaunchError,
  UnlistedLaunchError,
  UnsettledInstancesError,
} from '../../src/enforcer/settlement-errors.ts';
import { settlementError } from '../../src/enforcer/left-open.ts';
import type { Settlement } from '../../src/enforcer/settlement.ts';
import { idOf, source } from '../support/launches.ts';

const spared = { instanceId: idOf(1), outcome: 'spared', reason: 'named' } as const;
const failed = { instanceId: idOf(2), outcome: 'failed', reason: 'protected' } as const;
const deferred = { instanceId: idOf(3), outcome: 'deferred', reason: 'out-of-time' } as const;
const incomplete = { reason: 'not-found', expected: 2, found: 1 } as const;

test('A launch of which all is settled throws nothing', () => {
  const settlements: Settlement[] = [
    { kind: 'settled', outcomes: [spared] },
    { kind: 'settled', outcomes: [] },
    { kind: 'spared-whole', reason: 'named-at-launch', outcomes: [] },
  ];

  for (const settlement of settlements) expect(settlementError(source, settlement)).toBeUndefined();
});

test('A launch of another account or region makes a ForeignLaunchError', () => {
  const home = { account: '999988887777', region: 'eu-west-1' };

  const error = settlementError(source, { kind: 'foreign', home, outcomes: [] });

  expect(error).toBeInstanceOf(ForeignLaunchError);
  expect(error?.message).toContain('999988887777');
});

test.each([failed, deferred])('An instance that is $outcome makes one UnsettledInstancesError', (open) => {
  const error = settlementError(source, {
    kind: 'settled',
    outcomes: [spared, open],
  });

  expect(error).toBeInstanceOf(UnsettledInstancesError);
  expect(error).toMatchObject({ unsettled: [open] });
  expect(error?.message).toContain('event 3d0f5f0a-5e6e-4c0c-8c2f-0b1d9e3a7c22');
});

test('A launch of which instances are incomplete makes an UnlistedLaunchError, even when those found are settled', () => {
  const error = settlementError(source, { kind: 'incomplete', incomplete, outcomes: [spared] });

  expect(error).toBeInstanceOf(UnlistedLaunchError);
  expect(error?.cause).toBeUndefined();
  expect(error?.message).toContain('found 1: not-found');
});

test('With some incomplete and some unsettled, the latter are the cause, and the message names them', () => {
  const error = settlementError(source, { kind: 'incomplete', incomplete, outcomes: [spared, failed] });

  expect(error).toBeInstanceOf(UnlistedLaunchError);
  expect(error?.cause).toBeInstanceOf(UnsettledInstancesError);
  expect(error?.cause).toMatchObject({ unsettled: [failed] });
  expect(error?.message).toContain(`${idOf(2)} failed: protected`);
});
