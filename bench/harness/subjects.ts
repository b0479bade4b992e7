import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLambdaProcess } from './lambda-process.ts';
import { startLineProcess } from './line-process.ts';
import type { RunningFunction } from './running-function.ts';
import { askForUsage } from './usage.ts';

/** What is measured, by the names that people read. */
export const subjectNames = {
  empty: 'empty handler',
  enforcer: 'enforcer',
  byHand: 'by hand, no library',
  naive: 'naive bundle',
  custodian: 'Cloud Custodian',
} as const;
export type SubjectName = keyof typeof subjectNames;

/** Starts a function with this environment. */
export type Start = (environment: Readonly<Record<string, string>>) => Promise<RunningFunction>;

/**
 * Options of Node for a function of 256 MB. Without them it would collect garbage as late as the memory of this machine
 * allows, and hold more than the function has.
 */
export const heapOf256Mb = ['--max-old-space-size=230', '--max-semi-space-size=12'] as const;

const nodeRuntime = fileURLToPath(new URL('./node-runtime.mjs', import.meta.url));

/** A bundle in plain Node. */
export function inPlainNode(bundle: string): Start {
  return async (environment) =>
    startLambdaProcess(
      {
        command: process.execPath,
        options: [...heapOf256Mb, nodeRuntime, bundle],
        folder: path.dirname(bundle),
        environment,
      },
      askForUsage,
    );
}

/** Cloud Custodian in the Python that it is installed for. */
export function custodian(python: string, folder: string): Start {
  return async (environment) =>
    startLineProcess({ command: python, options: ['function.py'], folder, environment });
}
