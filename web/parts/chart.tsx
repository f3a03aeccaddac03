/** Lines over time, in the colours of the theme; lines differ by their dashes as well. */
import { useEffect, useRef, useState } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface Series {
  readonly name: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'busy' | 'none';
  readonly dash: number[];
  /** One for each time; null: not known. */
  readonly values: readonly (number | null)[];
}

export interface ChartProps {
  readonly label: string;
  readonly times: readonly string[];
  readonly zone: string;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
}

const height = 240;

export default function Chart({ label, times, zone, series, format }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: series and format belong to the times
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const colour = (name: string) => toCanvasColour(element, `var(--${name})`);
    const axis = { stroke: colour('quiet'), grid: { stroke: colour('line'), width: 1 }, ticks: { show: false } };
    const plot = new UPlot(
      {
        width: element.clientWidth,
        height,
        tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), zone),
        legend: { live: true },
        cursor: { drag: { x: false, y: false } },
        scales: { y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.1)] } },
        axes: [axis, { ...axis, size: 92, values: (_plot, values) => values.map(format) }],
        series: [
          {},
          ...series.map(({ name, tone, dash }) => ({
            label: name,
            stroke: colour(tone),
            width: 2,
            dash,
            points: { show: times.length < 40 },
            value: (_plot: UPlot, value: number | null) => (value === null ? '–' : format(value)),
          })),
        ],
      },
      [times.map((time) => Date.parse(time) / 1000), ...series.map(({ values }) => [...values])],
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [times, zone, theme]);
  return <div ref={box} className="chart" role="img" aria-label={label} />;
}

/** A canvas knows no variables. */
function toCanvasColour(element: HTMLElement, value: string): string {
  const probe = document.createElement('span');
  probe.style.color = value;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Changes with the theme, of the system or chosen. */
function useTheme(): string {
  const [theme, setTheme] = useState('');
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const look = () => setTheme(`${dark.matches} ${document.documentElement.dataset['theme']}`);
    dark.addEventListener('change', look);
    const observer = new MutationObserver(look);
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      dark.removeEventListener('change', look);
      observer.disconnect();
    };
  }, []);
  return theme;
}
