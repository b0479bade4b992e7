import { styleText } from 'node:util';
import type { RunInstancesCall } from './ec2/call.ts';
import { fitText, lineWidth } from '../ops/fit-text.ts';
import { startEc2Endpoint } from './ec2/endpoint.ts';
import { startLambdaEndpoint } from './lambda/control-plane.ts';
import { startFunction, type FunctionFile, type FunctionProcess } from './lambda/function-process.ts';
import { launchCases, launchTemplates } from './showcase/launch-cases.ts';
import { resultsTable } from './showcase/results-table.ts';
import { mismatches, queues, type CaseResult, type LocalAws } from './showcase/case-results.ts';
import { runCase } from './showcase/run-case.ts';
import { startSqsEndpoint } from './sqs/endpoint.ts';

/**
 * `npm start`: launches instances of every kind in an EC2 of its own, sends what tells of them through the built bundle,
 * with queues of its own, and shows what became of each and why. Exit code 1 when an outcome is not the expected one.
 */
const begun = performance.now();
const recordedCalls: RunInstancesCall[] = [];
const ec2 = await startEc2Endpoint({
  seed: 'showcase',
  guardNamed: true,
  launchTemplates,
  onRunInstances: (call) => recordedCalls.push(call),
});
const sqs = await startSqsEndpoint(ec2.account);
const lambda = await startLambdaEndpoint();
try {
  const results = await runAll({ ec2, sqs, lambda, recordedCalls });
  const width = lineWidth(process.stdout);
  console.log(resultsTable(results, width));
  const wrong = mismatches(results, ec2.fleet);
  for (const line of wrong) console.log(fitText(styleText('red', line), width));
  console.log(fitText(closing(results, wrong.length), width));
  if (wrong.length > 0) process.exitCode = 1;
} finally {
  await Promise.all([ec2.close(), sqs.close(), lambda.close()]);
}

async function runAll(aws: LocalAws): Promise<CaseResult[]> {
  const functions = new Map<string, FunctionProcess>();
  const results: CaseResult[] = [];
  try {
    for (const launch of launchCases) {
      const functionOf = async (file: FunctionFile): Promise<FunctionProcess> => {
        const key = JSON.stringify([file, launch.settings]);
        const running =
          functions.get(key) ??
          (await startFunction({
            file,
            endpointUrl: aws.ec2.url,
            region: aws.ec2.region,
            environment: {
              AWS_ENDPOINT_URL_SQS: aws.sqs.url,
              SECOND_LOOK_QUEUE_URL: aws.sqs.queueUrl(queues.secondLook),
              DEAD_LETTER_QUEUE_URL: aws.sqs.queueUrl(queues.deadLetter),
              ...(file === 'pause' && pauseSettings(aws)),
              ...launch.settings,
            },
          }));
        functions.set(key, running);
        return running;
      };
      results.push(await runCase(launch, aws, functionOf));
    }
  } finally {
    await Promise.all([...functions.values()].map(async (running) => running.close()));
  }
  return results;
}

/** As the template sets them. */
function pauseSettings({ ec2: { region, account }, lambda: { url } }: LocalAws): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_LAMBDA: url,
    ENFORCER_FUNCTION_ARN: `arn:aws:lambda:${region}:${account}:function:EnforceNameTag`,
    RESERVED_CONCURRENCY: '5',
    SECOND_LOOK_MAPPING_ID: '6c7c2f6e-0000-4000-8000-000000000001',
    STACK_NAME: 'local',
  };
}

function closing(results: readonly CaseResult[], wrong: number): string {
  const instances = results
    .flatMap((result) => result.instances)
    .filter(({ instanceId }) => instanceId !== undefined);
  const gone = instances.filter(({ alive }) => alive === false).length;
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const told = `${results.length} cases, ${instances.length} instances, ${gone} gone, in ${seconds} s.`;
  return wrong === 0
    ? `${told} Every named instance lives; every nameless one is gone, or is spared or waits for the reason shown; nothing else was touched.`
    : styleText('red', `${told} Expected something else in ${wrong} of them; see above.`);
}
