import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFolder, projectFolder } from '../../build/bundle.ts';
import { installRuntimeClient } from '../runtime-client/install.ts';
import { underRuntimeClient } from '../runtime-client/under-runtime-client.ts';
import { custodianFolder, custodianVersions, installCustodian } from '../subjects/custodian/install.ts';
import { bundleNaive } from '../subjects/naive/bundle-naive.ts';
import { custodian, inPlainNode, type Start, type SubjectName } from './subjects.ts';

/** All that takes part, ready to start. */
export interface Starts {
  readonly starts: ReadonlyMap<SubjectName, Start>;
  /** Names and values for people, of what was installed for it. */
  readonly versions: readonly [string, string][];
}

/** What is made for a run; later runs find it there. */
const madeFolder = path.join(projectFolder, 'reports', 'bench');

/**
 * Bundles, installs and builds what takes part.
 *
 * @param say is told, in a line, what takes long
 */
export async function prepareStarts(
  options: { readonly runtimeClient: boolean; readonly custodian: boolean },
  say: (line: string) => void,
): Promise<Starts> {
  const starts = new Map<SubjectName, Start>();
  const versions: [string, string][] = [];

  let inNode = inPlainNode;
  if (options.runtimeClient) {
    say("AWS's runtime client: building it the first time takes a minute.");
    const { entry, version } = await installRuntimeClient(madeFolder);
    inNode = (bundle) => underRuntimeClient(entry, bundle);
    versions.push(['aws-lambda-ric', version]);
  }
  starts.set('empty', inNode(fileURLToPath(new URL('../subjects/empty.mjs', import.meta.url))));
  starts.set('enforcer', inNode(path.join(bundleFolder, 'enforce-name-tag.mjs')));
  starts.set('byHand', inNode(fileURLToPath(new URL('../subjects/by-hand.mjs', import.meta.url))));
  starts.set('naive', inNode(await bundleNaive(madeFolder)));

  if (options.custodian) {
    say('Cloud Custodian: installing it the first time takes a minute.');
    const python = await installCustodian(madeFolder);
    starts.set('custodian', custodian(python, custodianFolder));
    versions.push(['Cloud Custodian', await custodianVersions(python)]);
  }
  return { starts, versions };
}
