import * as v from 'valibot';
import { expect, test } from 'vitest';
import { type ExampleStack, exampleStack, region } from '../support/cloudformation/example-stack.ts';
import { at } from '../support/cloudformation/json.ts';
import { template } from '../support/cloudformation/project-template.ts';
import { telemetryOutput } from '../support/telemetry-output.ts';
import { publishedMetrics } from '../support/published-metrics.ts';

const Metric = v.pipe(
  v.array(v.union([v.string(), v.looseObject({ label: v.string() })])),
  v.transform((parts) => parts.filter((part) => typeof part === 'string')),
);
const Body = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    widgets: v.array(
      v.object({
        type: v.picklist(['text', 'alarm', 'metric', 'log']),
        x: v.number(),
        y: v.number(),
        width: v.number(),
        height: v.number(),
        properties: v.looseObject({
          title: v.optional(v.string()),
          region: v.optional(v.string()),
          query: v.optional(v.string()),
          alarms: v.optional(v.array(v.string())),
          metrics: v.optional(v.array(Metric)),
        }),
      }),
    ),
  }),
);

const stack = exampleStack(template);
const hub = exampleStack(template, { OrganizationId: 'o-a1b2c3d4e5' });
const widgetsOf = ({ resources }: ExampleStack) =>
  v.parse(Body, at(resources['Dashboard'], 'DashboardBody')).widgets;
const metricsOf = (of: ExampleStack) => widgetsOf(of).flatMap(({ properties }) => properties.metrics ?? []);
const widgets = widgetsOf(stack);
const metrics = metricsOf(stack);

test('the dashboard reads from top to bottom, in this order', () => {
  const titles = widgets
    .toSorted((a, b) => a.y - b.y || a.x - b.x)
    .map(({ properties }) => properties.title ?? 'text');

  expect(titles).toEqual([
    'text',
    'Is anything wrong?',
    'Paused or resumed, and why',
    'Launches',
    'Outcomes',
    'Time from launch to settlement',
    'Terminated within an hour',
    'Failures by reason',
    'Notices',
    'Second looks',
    "Known by EC2's own signal alone",
    'Second-look queue',
    'Dead-letter queue',
    'Events on their way',
    'Concurrency',
    'Functions',
    'Duration',
  ]);
});

test('its widgets fill its 24 columns and do not overlap', () => {
  const cells = widgets.flatMap(({ x, y, width, height }) =>
    Array.from(
      { length: width * height },
      (_, cell) => `${x + (cell % width)} ${y + Math.floor(cell / width)}`,
    ),
  );
  const bottom = Math.max(...widgets.map(({ y, height }) => y + height));

  expect(new Set(cells).size).toBe(cells.length);
  expect(cells).toHaveLength(24 * bottom);
});

test('it shows every metric that the function publishes, with its dimensions', async () => {
  const published = publishedMetrics().map(({ namespace, name, dimensions }) =>
    [namespace, name, ...Object.entries(dimensions).flat()].join(' '),
  );
  const own = metrics.filter(([namespace]) => namespace === 'Ec2NameTagEnforcer');

  expect(published.length).toBeGreaterThan(15);
  expect(new Set(own.map((metric) => metric.join(' ')))).toEqual(new Set(published));
});

test('what it shows of other services is of this stack', () => {
  const dimensions = metrics
    .filter(([namespace]) => namespace !== 'Ec2NameTagEnforcer')
    .map(([, , ...dimension]) => dimension.join('='));

  expect(new Set(dimensions)).toEqual(
    new Set([
      'QueueName=DeadLetterQueue',
      'QueueName=SecondLookQueue',
      'FunctionName=EnforceNameTag',
      'FunctionName=SecondLook',
      'RuleName=LaunchRule',
      'RuleName=StartRule',
    ]),
  );
});

test.each([
  ['a stack', stack],
  ['a hub', hub],
])('it shows every alarm of %s', (_, of) => {
  const alarms = Object.keys(of.resources).filter(
    (id) => template.Resources[id]?.Type === 'AWS::CloudWatch::Alarm',
  );

  expect(widgetsOf(of).flatMap(({ properties }) => properties.alarms ?? [])).toEqual(
    alarms.map((id) => of.arn(id)),
  );
});

test("of a hub it shows what the rules on the members' bus could not deliver as well, and nothing else more", () => {
  const shown = new Set(metrics.map((metric) => metric.join(' ')));
  const more = metricsOf(hub)
    .map((metric) => metric.join(' '))
    .filter((metric) => !shown.has(metric));

  expect(more).toEqual([
    'AWS/Events InvocationsSentToDlq EventBusName OrganizationBus RuleName MemberLaunchRule',
    'AWS/Events InvocationsSentToDlq EventBusName OrganizationBus RuleName MemberStartRule',
  ]);
  expect(metricsOf(hub)).toHaveLength(metrics.length + 2);
});

test('it shows each pause of this stack with its reason, as the function logs it', () => {
  const queries = widgets.flatMap(({ properties }) => properties.query ?? []);
  const logged = telemetryOutput()
    .map(({ message }) => String(message))
    .filter((text) => /^(paused|resumed)$/.test(text));

  expect(queries).toHaveLength(1);
  expect(queries[0]).toContain("SOURCE 'EnforceNameTagLogGroup'");
  expect(new Set(logged)).toEqual(new Set(['paused', 'resumed']));
  for (const message of logged) expect(queries[0]).toContain(`'${message}'`);
});

test('it shows the region of the stack', () => {
  const regions = widgets.filter(({ type }) => type === 'metric').map(({ properties }) => properties.region);

  expect(new Set(regions)).toEqual(new Set([region]));
});

test('there is none when none is asked for', () => {
  const { resources, outputs } = exampleStack(template, { CreateDashboard: 'false' });

  expect(Object.keys(resources)).not.toContain('Dashboard');
  expect(Object.keys(outputs)).not.toContain('DashboardName');
});
