import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import Table from 'cli-table3';
import { Command } from 'commander';
import { credentials, environment } from './environment.ts';
import { toolsFolder } from './paths.ts';
import { playLaunches } from './play-launches.ts';
import { installPythonTools } from './python-tools.ts';
import { parameters, sampleLaunches } from './sample-launches.ts';
import { endWithOneLine } from './setup-error.ts';
import { deployStack, type LocalRegion } from './stack.ts';
import { startLocalAws } from './start-local-aws.ts';

/** `npm run local:aws`: a deployed stack to try the operators' tool on. */
new Command('npm run local:aws --')
  .description(
    "Runs local AWS with the template deployed and launches of every kind, to try the operators' tool on, until Ctrl-C. " +
      'Needs Python 3.10 or newer; no AWS account.',
  )
  .parse();

const region = 'us-east-1';
/** The default of the operators' tool. */
const stackName = 'ec2-name-tag-enforcer';

// From here on, so that nothing is left where Ctrl-C comes early; until then there is nothing to end in order.
const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
});

try {
  await installPythonTools((line) => console.log(line));
  const localAws = await startLocalAws('reports/local-aws-to-try.log');
  try {
    await Promise.race([serve({ region, addresses: localAws.addresses }), interrupted]);
    await interrupted;
  } finally {
    await localAws.stop();
  }
} catch (error) {
  endWithOneLine(error);
}

async function serve(here: LocalRegion): Promise<void> {
  console.log('Local AWS is up. Deploying template.yaml ...');
  const stack = await deployStack(here, stackName, parameters);
  await createTrail(here);
  console.log('Launching ...');
  await playLaunches(here, stack, sampleLaunches);
  console.log(listing());
  console.log(`Ready after ${process.uptime().toFixed(1)} s. In another terminal, in this folder:\n`);
  console.log(exports(here));
  console.log(`
npm run ops -- doctor
npm run ops -- dead-letters list
npm run ops -- second-look list
npm run ops -- audit
aws ec2 describe-instances --query 'Reservations[].Instances[].[InstanceId,State.Name,Tags]'

It runs until Ctrl-C. Nothing of it is kept.`);
}

/** Without one, `doctor` would say first of all that no launch is seen. */
async function createTrail({ addresses }: LocalRegion): Promise<void> {
  const settings = { region, credentials, endpoint: addresses.aws };
  const [Name, S3BucketName] = ['trail', 'trail-of-local-aws'];
  await new S3Client({ ...settings, forcePathStyle: true }).send(
    new CreateBucketCommand({ Bucket: S3BucketName }),
  );
  const cloudTrail = new CloudTrailClient(settings);
  await cloudTrail.send(new CreateTrailCommand({ Name, S3BucketName }));
  await cloudTrail.send(new StartLoggingCommand({ Name }));
}

function listing(): string {
  const table = new Table({
    head: ['Launch', 'Instances', 'Became'],
    style: { head: [], border: [], compact: true },
  });
  for (const { title, wanted, becomes } of sampleLaunches) {
    table.push([title, String(wanted.count ?? 1), becomes.join(', ')]);
  }
  return table.toString();
}

/** For a shell: no account of the person's is reached from there. */
function exports({ addresses }: LocalRegion): string {
  const settings = Object.entries({ ...environment(region, addresses), AWS_REGION: region })
    .filter(([name]) => name.startsWith('AWS_'))
    .map(([name, value]) => `export ${name}='${value}'`);
  return [...settings, 'unset AWS_PROFILE AWS_SESSION_TOKEN', `export PATH='${toolsFolder}':"$PATH"`].join(
    '\n',
  );
}
