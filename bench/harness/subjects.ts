import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as runEsbuild } from 'esbuild';
import { bundleFolder, projectFolder } from '../../build/bundle.ts';
import { plainRuntime } from '../../src/local/lambda/function-process.ts';
import {
  CannotTakePartError,
  custodianFolder,
  exists,
  installCustodian,
  installRuntimeClient,
} from '../subjects/install.ts';
import {
  askForUsage,
  lookForUsage,
  startLambda,
  startLineProcess,
  type RunningFunction,
} from './processes.ts';

/** What is measured, by the names that people read. */
export const subjectNames = {
  empty: 'empty handler',
  before: 'before',
  enforcer: 'enforcer',
  byHand: 'by hand, no library',
  naive: 'naive bundle',
  custodian: 'Cloud Custodian',
} as const;
export type SubjectName = keyof typeof subjectNames;

/** Starts a function with this environment. */
export type Start = (environment: Readonly<Record<string, string>>) => Promise<RunningFunction>;

/** What takes part in a run. */
export interface Choice {
  /** AWS's runtime client in place of plain Node. */
  readonly runtimeClient: boolean;
  readonly custodian: boolean;
  /** A built bundle of another checkout. */
  readonly against?: string;
}

/** All that takes part, ready to start. */
export interface Starts {
  readonly starts: ReadonlyMap<SubjectName, Start>;
  /** Names and values for people, of what was installed for it. */
  readonly versions: readonly [string, string][];
}

export const emptyHandler = fileURLToPath(new URL('../subjects/empty.mjs', import.meta.url));
const byHand = fileURLToPath(new URL('../subjects/by-hand.mjs', import.meta.url));
export const enforcer = path.join(bundleFolder, 'enforce-name-tag.mjs');

/** What is made for a run; later runs find it there. */
const madeFolder = path.join(projectFolder, 'reports', 'bench');

/**
 * Bundles, installs and builds what takes part.
 *
 * @param say is told, in a line, what takes long
 * @throws CannotTakePartError when something of it is not there and cannot be made
 */
export async function prepareStarts(
  { runtimeClient, custodian, against }: Choice,
  say: (line: string) => void,
): Promise<Starts> {
  const starts = new Map<SubjectName, Start>();
  const versions: [string, string][] = [];

  let inNode = inPlainNode;
  if (runtimeClient) {
    say("AWS's runtime client: building it the first time takes a minute.");
    const { entry, version } = await installRuntimeClient(madeFolder);
    inNode = (bundle) => underRuntimeClient(entry, bundle);
    versions.push(['aws-lambda-ric', version]);
  }
  starts.set('empty', inNode(emptyHandler));
  if (against !== undefined) {
    const bundle = path.resolve(against);
    if (!(await exists(bundle))) {
      throw new CannotTakePartError(
        `Expected a built bundle at ${bundle}, found none. Build that checkout first.`,
      );
    }
    starts.set('before', inNode(bundle));
  }
  starts.set('enforcer', inNode(enforcer));
  starts.set('byHand', inNode(byHand));
  starts.set('naive', inNode(await bundleNaive()));

  if (custodian) {
    say('Cloud Custodian: installing it the first time takes a minute.');
    const { python, version } = await installCustodian(madeFolder);
    const program = { command: python, options: ['function.py'], folder: custodianFolder };
    starts.set('custodian', async (environment) => startLineProcess({ ...program, environment }));
    versions.push(['Cloud Custodian', version]);
  }
  return { starts, versions };
}

/**
 * Options of Node for a function of 256 MB. Without them it would collect garbage as late as the memory of this machine
 * allows, and hold more than the function has.
 */
const heapOf256Mb = ['--max-old-space-size=230', '--max-semi-space-size=12'] as const;

/** A bundle in plain Node. */
export function inPlainNode(bundle: string): Start {
  const program = {
    command: process.execPath,
    options: [...heapOf256Mb, plainRuntime, bundle],
    folder: path.dirname(bundle),
  };
  return async (environment) => startLambda({ ...program, environment }, askForUsage);
}

/**
 * A bundle under AWS's runtime interface client, with the log settings of the template's function.
 *
 * @param client path of the client's entry
 */
function underRuntimeClient(client: string, bundle: string): Start {
  const folder = path.dirname(bundle);
  const settings = {
    _HANDLER: `${path.basename(bundle, path.extname(bundle))}.handler`,
    LAMBDA_TASK_ROOT: folder,
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    AWS_LAMBDA_LOG_LEVEL: 'INFO',
  };
  const program = { command: process.execPath, options: [...heapOf256Mb, client], folder };
  return async (environment) =>
    startLambda({ ...program, environment: { ...environment, ...settings } }, lookForUsage);
}

/** Bundles the same handler as most are: one minified CommonJS file with esbuild's own settings. */
async function bundleNaive(): Promise<string> {
  const bundle = path.join(madeFolder, 'naive', 'handler.cjs');
  await runEsbuild({
    absWorkingDir: projectFolder,
    entryPoints: ['src/functions/enforce-name-tag.ts'],
    outfile: bundle,
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    logLevel: 'error',
  });
  return bundle;
}
