import {
  ModifyInstanceAttributeCommand,
  TerminateInstancesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import { errorCode, launchIds, pages, states, unknownId, type Behaviour } from './behaviour.ts';

const down = ['shutting-down', 'terminated'];
const up = ['pending', 'running'];

async function terminate(ec2: EC2Client, InstanceIds: string[]) {
  const { TerminatingInstances: changes = [] } = await ec2.send(
    new TerminateInstancesCommand({ InstanceIds }),
  );
  return changes;
}

async function protect(ec2: EC2Client, id: string | undefined, value = true): Promise<void> {
  const protection = { InstanceId: id, DisableApiTermination: { Value: value } };
  await ec2.send(new ModifyInstanceAttributeCommand(protection));
}

async function inZone(ec2: EC2Client, letter: string) {
  return { Placement: { AvailabilityZone: `${await ec2.config.region()}${letter}` } };
}

export const terminateInstances: readonly Behaviour[] = [
  {
    title: 'TerminateInstances tells of each instance that it goes down',
    page: pages.terminateInstances,
    async check(ec2) {
      const ids = await launchIds(ec2, 2);

      const changes = await terminate(ec2, ids);
      expect(new Set(changes.map(({ InstanceId: id }) => id))).toEqual(new Set(ids));
      for (const { CurrentState: current, PreviousState: previous } of changes) {
        expect(down).toContain(current?.Name);
        expect(up).toContain(previous?.Name);
      }
    },
  },
  {
    title: 'TerminateInstances of a terminated instance succeeds: it is idempotent',
    page: pages.terminateInstances,
    async check(ec2) {
      const ids = await launchIds(ec2);
      await terminate(ec2, ids);

      const [change] = await terminate(ec2, ids);
      expect(down).toContain(change?.CurrentState?.Name);
    },
  },
  {
    title: 'TerminateInstances with one unknown id fails, and terminates none',
    page: pages.terminateInstances,
    async check(ec2) {
      const ids = await launchIds(ec2, 2);

      expect(await errorCode(terminate(ec2, [...ids, unknownId]))).toBe('InvalidInstanceID.NotFound');
      for (const state of await states(ec2, ids)) expect(up).toContain(state);
    },
  },
  {
    title: 'TerminateInstances of something that is no id fails with InvalidInstanceID.Malformed',
    page: pages.errors,
    async check(ec2) {
      expect(await errorCode(terminate(ec2, ['web-1']))).toBe('InvalidInstanceID.Malformed');
    },
  },
  {
    title: 'TerminateInstances of a protected instance fails with OperationNotPermitted, and it lives',
    page: pages.terminateInstances,
    async check(ec2) {
      const ids = await launchIds(ec2);
      await protect(ec2, ids[0]);

      expect(await errorCode(terminate(ec2, ids))).toBe('OperationNotPermitted');
      expect(up).toContain((await states(ec2, ids))[0]);
    },
  },
  {
    title: 'TerminateInstances of a zone with a protected instance terminates none of that zone',
    page: pages.terminateInstances,
    async check(ec2) {
      const ids = await launchIds(ec2, 3, await inZone(ec2, 'a'));
      await protect(ec2, ids[1]);

      expect(await errorCode(terminate(ec2, ids))).toBe('OperationNotPermitted');
      for (const state of await states(ec2, ids)) expect(up).toContain(state);
    },
  },
  {
    title: 'TerminateInstances terminates the zones without a protected instance, and fails for the other',
    page: pages.terminateInstances,
    async check(ec2) {
      const [shield = ''] = await launchIds(ec2, 1, await inZone(ec2, 'a'));
      const elsewhere = await launchIds(ec2, 2, await inZone(ec2, 'b'));
      await protect(ec2, shield);

      expect(await errorCode(terminate(ec2, [shield, ...elsewhere]))).toBe('OperationNotPermitted');
      for (const state of await states(ec2, elsewhere)) expect(down).toContain(state);
      expect(up).toContain((await states(ec2, [shield]))[0]);
    },
  },
  {
    title: 'an instance whose protection was switched off again can be terminated',
    page: pages.modifyInstanceAttribute,
    async check(ec2) {
      const ids = await launchIds(ec2, 1, { DisableApiTermination: true });
      await protect(ec2, ids[0], false);

      await terminate(ec2, ids);
      expect(down).toContain((await states(ec2, ids))[0]);
    },
  },
  {
    title: 'TerminateInstances as a dry run terminates nothing and fails with DryRunOperation',
    page: pages.terminateInstances,
    async check(ec2) {
      const ids = await launchIds(ec2);

      const call = ec2.send(new TerminateInstancesCommand({ InstanceIds: ids, DryRun: true }));
      expect(await errorCode(call)).toBe('DryRunOperation');
      expect(up).toContain((await states(ec2, ids))[0]);
    },
  },
];
