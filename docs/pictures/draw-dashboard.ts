import { writeFileSync } from 'node:fs';
import { LineChart } from 'echarts/charts';
import {
  GraphicComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
} from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import * as v from 'valibot';
import { exampleStack } from '../../test/support/cloudformation/example-stack.ts';
import { at } from '../../test/support/cloudformation/json.ts';
import { template } from '../../test/support/cloudformation/project-template.ts';
import { logLines, ringing, sampleOf } from './dashboard-samples.ts';

/** `npm run picture`: draws `dashboard.svg`, or the file that it is told, from the dashboard that `template.yaml` describes, with sample metrics. */

const MetricOptions = v.object({
  label: v.string(),
  color: v.optional(v.string()),
  stat: v.optional(v.string()),
  yAxis: v.optional(v.literal('right')),
});
const place = { x: v.number(), y: v.number(), width: v.number(), height: v.number() };
const Widget = v.variant('type', [
  v.object({ ...place, type: v.literal('text'), properties: v.object({ markdown: v.string() }) }),
  v.object({
    ...place,
    type: v.literal('alarm'),
    properties: v.object({ title: v.string(), alarms: v.array(v.string()) }),
  }),
  v.object({ ...place, type: v.literal('log'), properties: v.object({ title: v.string() }) }),
  v.object({
    ...place,
    type: v.literal('metric'),
    properties: v.object({
      title: v.string(),
      stacked: v.boolean(),
      stat: v.string(),
      yAxis: v.object({ left: v.object({ label: v.string() }) }),
      annotations: v.optional(
        v.object({ horizontal: v.array(v.object({ label: v.string(), value: v.number() })) }),
      ),
      metrics: v.array(v.array(v.union([v.string(), MetricOptions]))),
    }),
  }),
]);
type Widget = v.InferOutput<typeof Widget>;
type MetricWidget = Extract<Widget, { type: 'metric' }>;
const Body = v.pipe(v.string(), v.parseJson(), v.object({ widgets: v.array(Widget) }));

/** Pixels of one of CloudWatch's 24 columns, of a row, and between widgets. */
const [COLUMN, ROW, GAP] = [50, 42, 8];
/** Pixels above and below the lines of a widget: for its title, and for the times and the legend. */
const [HEAD, FOOT] = [34, 62];
const ALARMS_IN_A_ROW = 9;

use([
  LineChart,
  GraphicComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  SVGRenderer,
]);

if (import.meta.main) {
  const [, , file] = process.argv;
  writeFileSync(file ?? new URL('dashboard.svg', import.meta.url), drawDashboard());
}

/** The picture, the same at every call but for a number in the names of its classes. */
export function drawDashboard(): string {
  const { resources } = exampleStack(template);
  const { widgets } = v.parse(Body, at(resources['Dashboard'], 'DashboardBody'));
  return `${drawn(widgets)}\n`;
}

function drawn(all: readonly Widget[]): string {
  const metrics = all.filter((widget) => widget.type === 'metric');
  const chart = init(undefined, undefined, {
    renderer: 'svg',
    ssr: true,
    width: 24 * COLUMN,
    height: Math.max(...all.map(({ y, height }) => y + height)) * ROW,
  });
  chart.setOption({
    animation: false,
    useUTC: true,
    backgroundColor: '#f2f3f3',
    textStyle: { fontFamily: 'sans-serif' },
    graphic: all.map((widget) => ({
      type: 'group',
      children: [
        panel(widget),
        ...(widget.type === 'alarm' ? tiles(widget.properties.alarms, widget) : []),
        ...(widget.type === 'log' ? rows(widget) : []),
      ],
    })),
    title: all.map(heading),
    grid: metrics.map((widget) => ({
      left: widget.x * COLUMN + 60,
      top: widget.y * ROW + HEAD,
      width: widget.width * COLUMN - 120,
      height: widget.height * ROW - HEAD - FOOT,
    })),
    xAxis: metrics.map((_, index) => ({
      type: 'time',
      gridIndex: index,
      splitNumber: 3,
      axisLabel: { formatter: '{HH}:{mm}', color: '#5f6b7a' },
    })),
    yAxis: metrics.flatMap((widget, index) =>
      ['left', 'right'].map((position) => ({
        type: 'value',
        gridIndex: index,
        position,
        min: 0,
        max: widget.properties.annotations === undefined ? undefined : highest(widget.properties),
        splitNumber: 3,
        splitLine: { show: position === 'left' },
        axisLabel: { color: '#5f6b7a' },
        show: position === 'left' || series(widget, index).some(({ yAxisIndex }) => yAxisIndex % 2 === 1),
      })),
    ),
    legend: metrics.map((widget, index) => ({
      left: widget.x * COLUMN + 12,
      top: (widget.y + widget.height) * ROW - 36,
      width: widget.width * COLUMN - 24,
      itemWidth: 10,
      itemHeight: 8,
      itemGap: 8,
      icon: 'rect',
      textStyle: { fontSize: 10 },
      data: series(widget, index).map(({ name }) => name),
      formatter: (name: string) => name.replace(/^\d+ /, ''),
    })),
    series: metrics.flatMap(series),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

/** The lines of a widget. Their names begin with its place: a legend of echarts knows lines by their names alone. */
function series({ properties }: MetricWidget, index: number) {
  return properties.metrics.map((metric, line) => {
    const [, name = '', ...dimensions] = metric.filter((part) => typeof part === 'string');
    const options = metric.find((part) => typeof part === 'object');
    return {
      type: 'line' as const,
      name: `${index} ${options?.label ?? name}`,
      xAxisIndex: index,
      yAxisIndex: 2 * index + (options?.yAxis === 'right' ? 1 : 0),
      showSymbol: false,
      lineStyle: { width: 1.5 },
      ...(options?.color !== undefined && { color: options.color }),
      ...(properties.stacked && { stack: String(index), areaStyle: { opacity: 0.5 } }),
      ...(line === 0 && { markLine: limits(properties) }),
      data: sampleOf(name, options?.stat ?? properties.stat, ...dimensions),
    };
  });
}

function limits({ annotations }: MetricWidget['properties']) {
  return {
    silent: true,
    symbol: 'none',
    lineStyle: { color: '#d62728' },
    label: { formatter: '{b}', position: 'insideEndTop' as const },
    data: annotations?.horizontal.map(({ label, value }) => ({ name: label, yAxis: value })) ?? [],
  };
}

/** So that a limit is in the picture, also where the lines stay far below it. */
function highest(properties: MetricWidget['properties']) {
  const values = limits(properties).data.map(({ yAxis }) => yAxis);
  return ({ max }: { readonly max: number }) => Math.max(max, ...values);
}

function heading(widget: Widget) {
  const here = { left: widget.x * COLUMN + 12, top: widget.y * ROW + 6 };
  switch (widget.type) {
    case 'text': {
      const [head = '', ...text] = widget.properties.markdown.split('\n');
      const subtext = text.join('\n').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
      return { ...here, text: head.replace(/^#+ /, ''), subtext, textStyle: { fontSize: 20 } };
    }
    case 'alarm':
    case 'log':
      return { ...here, text: widget.properties.title, textStyle: { fontSize: 14 } };
    case 'metric': {
      const { title, yAxis } = widget.properties;
      return { ...here, text: `${title} (${yAxis.left.label})`, textStyle: { fontSize: 14 } };
    }
  }
}

function panel({ x, y, width, height }: Widget) {
  const shape = {
    x: x * COLUMN + GAP / 2,
    y: y * ROW + GAP / 2,
    width: width * COLUMN - GAP,
    height: height * ROW - GAP,
    r: 4,
  };
  return { type: 'rect', z: -1, shape, style: { fill: '#fff' } };
}

function rows({ x, y }: Widget) {
  return logLines.map((text, index) => ({
    type: 'text',
    x: x * COLUMN + 12,
    y: y * ROW + HEAD + 6 + index * 22,
    style: { text, fontSize: 12, fill: '#16191f' },
  }));
}

function tiles(arns: readonly string[], { x, y, width }: Widget) {
  const step = (width * COLUMN - 24) / ALARMS_IN_A_ROW;
  return arns.flatMap((arn, index) => {
    const name = arn.split(':').at(-1) ?? arn;
    const [column, row] = [index % ALARMS_IN_A_ROW, Math.floor(index / ALARMS_IN_A_ROW)];
    const shape = {
      x: x * COLUMN + 12 + column * step,
      y: y * ROW + HEAD + row * 44,
      width: step - GAP,
      height: 36,
      r: 3,
    };
    const colour = ringing.includes(name) ? '#d62728' : '#2ca02c';
    return [
      { type: 'rect', shape, style: { fill: colour } },
      {
        type: 'text',
        x: shape.x + 8,
        y: shape.y + 12,
        style: {
          text: name.replace(/Alarm$/, '').replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' '),
          fill: '#fff',
          fontSize: 11,
        },
      },
    ];
  });
}
