// One drawing that follows the width of its place and is drawn anew when what it shows changes.
import type * as Plot from "@observablehq/plot";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { drawPlot } from "../charts/plots";
import { usePrinting } from "../page/printing";

const printedWidth = 640;

export function PlotView({ options, label, height }: {
  options: (width: number) => Plot.PlotOptions;
  label: string;
  height: number;
}) {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const printing = usePrinting();
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const size = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    size.observe(element);
    setWidth(Math.floor(element.clientWidth));
    return () => size.disconnect();
  }, []);
  useLayoutEffect(() => {
    const drawn = Math.max(260, width || printedWidth);
    place.current?.replaceChildren(drawPlot({ width: drawn, height, className: "plot", ...options(drawn) }, label));
  }, [options, label, width, height, printing]);
  return <div class="chart" ref={place} style={{ minHeight: height }} />;
}
