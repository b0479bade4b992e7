import { styleText } from 'node:util';
import type { RunInstancesCall } from './ec2/call.ts';
import { startEc2Endpoint, type Ec2Endpoint } from './ec2/endpoint.ts';
import { startFunction, type FunctionProcess } from './lambda/function-process.ts';
import { launchCases, launchTemplates } from './showcase/launch-cases.ts';
import { resultsTable } from './showcase/results-table.ts';
import { mismatches, runCase, type CaseResult } from './showcase/run-case.ts';

/**
 * `npm start`: launches instances of every kind in an EC2 of its own, sends each launch's event through the built
 * bundle, and shows what became of each and why. Exit code 1 when an outcome is not the expected one.
 */
const begun = performance.now();
const recordedCalls: RunInstancesCall[] = [];
const endpoint = await startEc2Endpoint({
  seed: 'showcase',
  guardNamed: true,
  launchTemplates,
  onRunInstances: (call) => recordedCalls.push(call),
});
try {
  const results = await runAll(endpoint);
  console.log(resultsTable(results));
  const wrong = mismatches(results, endpoint.fleet);
  for (const line of wrong) console.log(styleText('red', line));
  console.log(closing(results, wrong.length));
  if (wrong.length > 0) process.exitCode = 1;
} finally {
  await endpoint.close();
}

async function runAll(ec2: Ec2Endpoint): Promise<CaseResult[]> {
  const functions = new Map<string, FunctionProcess>();
  const results: CaseResult[] = [];
  try {
    for (const launch of launchCases) {
      const settings = JSON.stringify(launch.settings ?? {});
      const enforcer =
        functions.get(settings) ??
        (await startFunction({
          endpointUrl: ec2.url,
          region: ec2.region,
          environment: launch.settings ?? {},
        }));
      functions.set(settings, enforcer);
      results.push(await runCase(launch, ec2, recordedCalls, enforcer));
    }
  } finally {
    await Promise.all([...functions.values()].map(async (enforcer) => enforcer.close()));
  }
  return results;
}

function closing(results: readonly CaseResult[], wrong: number): string {
  const instances = results
    .flatMap((result) => result.instances)
    .filter(({ instanceId }) => instanceId !== undefined);
  const gone = instances.filter(({ alive }) => alive === false).length;
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const told = `${results.length} launches, ${instances.length} instances, ${gone} gone, in ${seconds} s.`;
  return wrong === 0
    ? `${told} Every nameless instance is gone or said to need a person, every named one lives, nothing else was touched.`
    : styleText('red', `${told} Expected something else in ${wrong} of them; see above.`);
}
