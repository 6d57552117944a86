// How often the model was right at each probability: a light plot, and the same as a table.

const SVG = "http://www.w3.org/2000/svg";
const SIDE = 200;
const LEFT = 34;
const TOP = 8;

function draw(tag, attributes, text) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

function across(share) {
  return LEFT + SIDE * share;
}

function up(share) {
  return TOP + SIDE * (1 - share);
}

function axes() {
  const nodes = [
    draw("rect", { class: "frame", x: LEFT, y: TOP, width: SIDE, height: SIDE }),
    draw("line", { class: "ideal", x1: across(0), y1: up(0), x2: across(1), y2: up(1) }),
  ];
  for (const share of [0, 0.5, 1]) {
    const label = `${100 * share}`;
    nodes.push(
      draw("text", { x: across(share), y: TOP + SIDE + 14, "text-anchor": "middle" }, label),
      draw("text", { x: LEFT - 5, y: up(share) + 4, "text-anchor": "end" }, label),
    );
  }
  const middle = TOP + SIDE / 2;
  nodes.push(
    draw("text", { x: across(0.5), y: TOP + SIDE + 29, "text-anchor": "middle" }, "the model said, %"),
    draw("text", { x: 9, y: middle, "text-anchor": "middle", transform: `rotate(-90 9 ${middle})` },
      "was right, %"),
  );
  return nodes;
}

export function plotReliability({ bins, probability, about }) {
  const plot = draw("svg", { viewBox: "0 0 248 244", role: "img", "aria-label": `Reliability. ${about}` });
  const most = Math.max(...bins.map((bin) => bin[2]));
  const points = bins.map(([, , , mean, observed]) => `${across(mean)},${up(observed)}`);
  plot.append(
    ...axes(),
    draw("line", { class: "now", x1: across(probability), y1: up(0), x2: across(probability), y2: up(1) }),
    draw("polyline", { class: "curve", points: points.join(" ") }),
  );
  for (const [, , count, mean, observed] of bins) {
    const radius = 2 + 4 * Math.sqrt(count / most);
    plot.append(draw("circle", { class: "point", cx: across(mean), cy: up(observed), r: radius }));
  }
  return plot;
}

export function tabulateReliability({ bins }) {
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const title of ["The model said", "It was right", "Cases"]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = title;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const [low, high, count, , observed] of bins) {
    const row = body.insertRow();
    const said = `${Math.round(100 * low)}–${Math.round(100 * high)} %`;
    for (const text of [said, `${Math.round(100 * observed)} %`, count.toLocaleString("en")]) {
      row.insertCell().textContent = text;
    }
  }
  return table;
}
