/* oxlint-disable import/no-unassigned-import -- These add themselves; to import all kinds by name loads 50 MB more. */
import 'echarts/lib/chart/bar.js';
import 'echarts/lib/component/gridSimple.js';
import 'echarts/lib/component/legendPlain.js';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { harmless } from '../text-for-people.ts';
import type { Chart } from './report.ts';

use([SVGRenderer]);

const WIDTH = 520;
const BAR = 26;
/** Pixels for the axis, and for the legend of several parts. */
const AXIS = 36;
const LEGEND = 32;
const COLUMNS = 200;
/**
 * Pixels of a label, before it is cut, and of the room for it. Nobody knows which font the reader has: the widest of the
 * usual ones takes a quarter more than the library counts.
 */
const LABEL = 190;
const ROOM = 1.25;
/** Pixels that a character takes in the widest font, about. */
const CHARACTER = 7.5;
const GAP = 12;

/**
 * Draws a chart as SVG, with its texts escaped. Colours are the page's own: they change with it between light and dark.
 */
export function drawChart({ kind, labels, series }: Chart): string {
  const legend = series.length > 1 ? LEGEND : 0;
  const height = legend + AXIS + (kind === 'rank' ? labels.length * BAR : COLUMNS);
  const text = { color: 'currentColor', fontSize: 12 };
  const names = {
    type: 'category' as const,
    data: labels.map(plotted),
    axisTick: { show: false },
    axisLine: { lineStyle: { color: 'var(--rule)' } },
    axisLabel: kind === 'rank' ? { ...text, width: LABEL, overflow: 'truncate' as const } : text,
  };
  const numbers = {
    type: 'value' as const,
    minInterval: 1,
    splitNumber: 4,
    splitLine: { lineStyle: { color: 'var(--rule)' } },
    axisLabel: text,
  };
  const chart = init(undefined, undefined, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: 'inherit' },
      grid: {
        left: kind === 'rank' ? labelRoom(labels) : GAP,
        right: 48,
        top: legend + 4,
        bottom: kind === 'rank' ? AXIS - GAP : 0,
        outerBoundsMode: kind === 'rank' ? 'none' : 'same',
      },
      ...(legend > 0 && { legend: { left: 0, top: 0, itemGap: 48, selectedMode: false, textStyle: text } }),
      ...(kind === 'rank'
        ? { xAxis: numbers, yAxis: { ...names, inverse: true } }
        : { xAxis: names, yAxis: numbers }),
      series: series.map(({ name, tone, values }) => ({
        type: 'bar',
        name: plotted(name),
        data: [...values],
        stack: 'all',
        silent: true,
        itemStyle: { color: `var(--${tone})` },
        ...(kind === 'rank' &&
          series.length === 1 && { label: { show: true, position: 'right', formatter: grouped, ...text } }),
      })),
    });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

function labelRoom(labels: readonly string[]): number {
  const longest = labels.reduce((most, label) => Math.max(most, label.length), 0);
  return Math.min(longest * CHARACTER, LABEL * ROOM) + GAP;
}

/** `12,345`, as on the axis. */
function grouped({ value }: { readonly value?: unknown }): string {
  return Number(value).toLocaleString('en');
}

/**
 * A text as the library gets it: in one line, with nothing unseen, and with a blank before it. The library keeps widths by
 * text in a plain object, where `__proto__` would change every object there is.
 */
function plotted(text: string): string {
  return ` ${harmless(text).replaceAll('\n', ' ')}`;
}
