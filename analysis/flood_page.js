</script><script>
'use strict';
const D = JSON.parse(document.getElementById('data').textContent), $ = id => document.getElementById(id);
const N = D.names.length, C = D.copies.length / 5, FIRST = 0, AGAIN = 1, DIED = 2;
const heard = new Float64Array(N).fill(Infinity), hops = new Int32Array(N).fill(-1), parent = new Int32Array(N).fill(-1);
const copies = [];
for (let i = 0; i < C; i++) {
  const [from, to, sent, ended, fate] = D.copies.slice(5 * i, 5 * i + 5);
  copies.push({ from, to, sent, ended: ended < 0 ? Infinity : ended, fate });
}
heard[D.origin] = 0; hops[D.origin] = 0;
const firsts = copies.filter(c => c.fate === FIRST).sort((a, b) => a.ended - b.ended);
for (const c of firsts) { heard[c.to] = c.ended; parent[c.to] = c.from; hops[c.to] = hops[c.from] + 1; }
const arrivals = Array.from(heard).filter(Number.isFinite).sort((a, b) => a - b);
const end = Math.max(1, ...copies.map(c => Number.isFinite(c.ended) ? c.ended : 0)) * 1.02, reached = arrivals.length;
const deepest = Math.max(...hops);
const ms = t => t < 1e4 ? (t / 1e3).toFixed(1) + ' ms' : t < 1e6 ? Math.round(t / 1e3) + ' ms' : (t / 1e6).toFixed(2) + ' s';
const octets = n => n < 1000 ? n + ' B' : (n / 1000).toFixed(1) + ' kB';
const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
let ink = {};
function inks() {
  ink = {};
  for (const n of ['ink', 'soft', 'line', 'link', 'tree', 'dot', 'again', 'bad', 'calm', 'from', 'accent']) ink[n] = color('--' + n);
  ink.hop = [0, 1, 2, 3, 4, 5].map(i => color('--h' + i));
}
const band = h => Math.min(5, deepest < 6 ? h : Math.floor(h * 6 / (deepest + 1)));

/* The canvas in its own pixels; a drawing function gets its side. */
function prepare(canvas) {
  const scale = Math.min(3, window.devicePixelRatio || 1), w = canvas.clientWidth, h = canvas.clientHeight;
  canvas.width = Math.max(1, Math.round(w * scale)); canvas.height = Math.max(1, Math.round(h * scale));
  const g = canvas.getContext('2d');
  g.setTransform(scale, 0, 0, scale, 0, 0);
  return [g, w, h];
}
/* Rings: the tree of first copies from the middle outwards, a peer as far from it as its copy took; a subtree keeps its share of the circle. */
const children = Array.from({ length: N }, () => []), leaves = new Float64Array(N), angle = new Float64Array(N);
for (const c of firsts) children[c.from].push(c.to);
for (const i of [D.origin, ...firsts.map(c => c.to)].reverse()) leaves[i] = Math.max(1, children[i].reduce((n, k) => n + leaves[k], 0));
const from = new Float64Array(N);
for (const i of [D.origin, ...firsts.map(c => c.to)]) {
  let a = from[i];
  angle[i] = from[i] + leaves[i] / 2;
  for (const k of children[i]) { from[k] = a; a += leaves[k]; }
}
const whole = leaves[D.origin] || 1, slowest = Math.max(1, arrivals[reached - 1]);
const at = new Float64Array(2 * N), ring = new Float64Array(2 * N);
for (let i = 0; i < N; i++) {
  const never = !Number.isFinite(heard[i]), a = (never ? i / N : angle[i] / whole) * 2 * Math.PI, r = never ? .5 : .47 * heard[i] / slowest;
  at[2 * i] = D.at[2 * i] / 1e4; at[2 * i + 1] = D.at[2 * i + 1] / 1e4;
  ring[2 * i] = .5 + r * Math.sin(a); ring[2 * i + 1] = .5 - r * Math.cos(a);
}
let layout = at;
function frame(w, h, of) {
  const side = Math.min(w, h), margin = side * .04, size = side - 2 * margin;
  return i => [(w - side) / 2 + margin + of[2 * i] * size, (h - side) / 2 + margin + of[2 * i + 1] * size];
}
function lines(g, place, pairs, style, width) {
  g.beginPath();
  for (const [a, b] of pairs) { const p = place(a), q = place(b); g.moveTo(p[0], p[1]); g.lineTo(q[0], q[1]); }
  g.strokeStyle = style; g.lineWidth = width; g.stroke();
}
const links = []; for (let i = 0; i < D.links.length; i += 2) links.push([D.links[i], D.links[i + 1]]);
function drawMesh(canvas, t, small) {
  const [g, w, h] = prepare(canvas), of = small ? at : layout, place = frame(w, h, of), side = Math.min(w, h);
  const dot = Math.max(small ? .9 : 1.4, Math.min(small ? 3 : 7, side * .15 / Math.sqrt(N + 8))), thin = N > 400 ? .5 : 1;
  if (of === ring) {
    g.strokeStyle = ink.line; g.fillStyle = ink.soft; g.font = '11px system-ui,sans-serif'; g.textAlign = 'center'; g.lineWidth = 1;
    for (const s of [.25, .5, .75, 1]) {
      g.beginPath(); g.arc(w / 2, h / 2, s * .47 * side * .92, 0, 7); g.stroke();
      g.fillText(ms(s * slowest), w / 2, h / 2 - s * .47 * side * .92 - 4);
    }
    g.beginPath(); g.arc(w / 2, h / 2, Math.min(1.02, t / slowest) * .47 * side * .92, 0, 7); g.strokeStyle = ink.dot; g.stroke();
  } else lines(g, place, links, ink.link, thin);
  lines(g, place, copies.filter(c => c.fate === AGAIN && c.ended <= t).map(c => [c.from, c.to]), ink.again, thin);
  lines(g, place, firsts.filter(c => c.ended <= t).map(c => [c.from, c.to]), ink.tree, thin * 1.8);
  for (let i = 0; i < N; i++) {
    const p = place(i);
    g.beginPath(); g.arc(p[0], p[1], i === D.origin ? dot * 1.9 : dot, 0, 7);
    g.fillStyle = heard[i] <= t ? ink.hop[band(hops[i])] : ink.calm; g.fill();
    if (i === D.origin) { g.lineWidth = 2; g.strokeStyle = ink.from; g.stroke(); }
  }
  g.fillStyle = ink.dot;
  for (const c of copies) if (c.sent <= t && t < c.ended) {
    const p = place(c.from), q = place(c.to), part = Number.isFinite(c.ended) ? (t - c.sent) / Math.max(1, c.ended - c.sent) : .5;
    g.beginPath(); g.arc(p[0] + (q[0] - p[0]) * part, p[1] + (q[1] - p[1]) * part, Math.max(.8, dot * .6), 0, 7); g.fill();
  }
  if (N <= 40 && !small) {
    g.font = '12px system-ui,sans-serif'; g.fillStyle = ink.soft; g.textAlign = 'center';
    for (let i = 0; i < N; i++) { const p = place(i); g.fillText(D.names[i], p[0], p[1] - dot - 4); }
  }
}
function before(t) { let a = 0, b = reached; while (a < b) { const m = a + b >> 1; if (arrivals[m] <= t) a = m + 1; else b = m; } return a; }
function drawCurve(t) {
  const [g, w, h] = prepare($('curve')), left = 42, low = h - 20, high = 8;
  const x = v => left + v / end * (w - left - 6), y = s => low - s * (low - high);
  g.font = '11px system-ui,sans-serif'; g.fillStyle = ink.soft; g.strokeStyle = ink.line; g.lineWidth = 1;
  for (const s of [0, .5, 1]) { g.beginPath(); g.moveTo(left, y(s)); g.lineTo(w - 6, y(s)); g.stroke(); g.textAlign = 'right'; g.fillText(s * 100 + ' %', left - 4, y(s) + 4); }
  g.textAlign = 'left'; g.fillText('0', left, h - 4); g.textAlign = 'right'; g.fillText(ms(end), w - 6, h - 4);
  g.beginPath(); g.moveTo(x(0), y(0));
  arrivals.forEach((a, i) => { g.lineTo(x(a), y(i / N)); g.lineTo(x(a), y((i + 1) / N)); });
  g.lineTo(x(end), y(reached / N)); g.strokeStyle = ink.accent; g.lineWidth = 2; g.stroke();
  g.beginPath(); g.moveTo(x(t), high); g.lineTo(x(t), low); g.strokeStyle = ink.dot; g.lineWidth = 1.5; g.stroke();
}
/* Most happens early and close together: the slider goes by the mean of time and of how many have it. */
let now = 0;
const steps = 1000, times = Array.from({ length: steps + 1 }, (_, i) => {
  const s = i / steps; if (i === steps) return end;
  const by = arrivals[Math.min(reached - 1, Math.floor(s * (reached - 1)))];
  return Math.min(end, (s * end + by) / 2);
});
for (let i = 1; i <= steps; i++) times[i] = Math.max(times[i], times[i - 1]);
function show(t) {
  now = t;
  const have = before(t), way = copies.filter(c => c.sent <= t && t < c.ended).length;
  $('have').textContent = have.toLocaleString('en');
  $('all').textContent = (100 * have / N).toFixed(have === N ? 0 : 1) + ' % of ' + N.toLocaleString('en');
  $('way').textContent = way.toLocaleString('en');
  for (const [id, fate] of [['first', FIRST], ['again', AGAIN], ['died', DIED]])
    $(id).textContent = copies.filter(c => c.fate === fate && c.ended <= t).length.toLocaleString('en');
  $('clock').textContent = ms(t);
  drawMesh($('mesh'), t, false); drawCurve(t);
}
function all() { inks(); show(now); frames.forEach(([canvas, t]) => drawMesh(canvas, t, true)); }
$('title').textContent = D.title; $('story').textContent = D.story; document.title = D.title + ': one flood';
$('what').textContent = 'Message ' + D.message + (D.kind ? ', ' + D.kind : '') + ', ' + octets(D.octets) + ', published by ' + D.names[D.origin] + ' at ' +
  Math.floor(D.published / 60000) + ':' + String(Math.floor(D.published / 1000) % 60).padStart(2, '0') + ' min: ' + copies.length.toLocaleString('en') +
  ' copies brought it to ' + reached.toLocaleString('en') + ' of ' + N.toLocaleString('en') + ' peers, the last after ' + ms(arrivals[reached - 1]) + '.';
const last = firsts.length ? firsts[firsts.length - 1].to : D.origin, quote = s => /[^A-Za-z0-9_.\/-]/.test(s) ? "'" + s + "'" : s;
const why = i => 'peermesh why ' + quote(D.run) + ' ' + D.message + ' ' + quote(D.names[i]);
$('why').textContent = why(last);
const frames = [.1, .5, .9, 1].map(s => {
  const t = s === 1 ? end : arrivals[Math.max(0, Math.ceil(s * reached) - 1)], figure = document.createElement('figure'), canvas = document.createElement('canvas');
  const caption = document.createElement('figcaption');
  caption.textContent = (s === 1 ? 'all that it reaches' : s * 100 + ' %') + ' after ' + ms(s === 1 ? arrivals[reached - 1] : t);
  figure.append(canvas, caption); $('frames').append(figure);
  return [canvas, t];
});
inks();
for (let b = 0; b < Math.min(6, deepest + 1); b++) {
  const of = []; for (let h = 0; h <= deepest; h++) if (band(h) === b) of.push(h);
  const span = document.createElement('span'), dot = document.createElement('i');
  dot.style.background = 'var(--h' + b + ')';
  span.append(dot, of[0] + (of.length > 1 ? '–' + of[of.length - 1] : '') + (b === 0 ? (deepest < 6 ? ' links (the origin)' : ' links') : ''));
  $('hops').append(span);
}
const slider = $('slider'), play = $('play');
slider.max = steps;
slider.addEventListener('input', () => { stop(); show(times[+slider.value]); });
let running = 0;
function stop() { cancelAnimationFrame(running); running = 0; play.textContent = 'Play'; }
function run() {
  if (+slider.value >= steps) slider.value = 0;
  const from = +slider.value, started = performance.now();
  play.textContent = 'Stop';
  const tick = () => {
    const value = Math.min(steps, from + (performance.now() - started) / 8);
    slider.value = value; show(times[Math.floor(value)]);
    if (value < steps) running = requestAnimationFrame(tick); else stop();
  };
  running = requestAnimationFrame(tick);
}
play.addEventListener('click', () => running ? stop() : run());
$('mesh').addEventListener('pointermove', e => {
  const box = $('mesh').getBoundingClientRect(), place = frame(box.width, box.height, layout), x = e.clientX - box.left, y = e.clientY - box.top;
  let best = -1, near = 14 * 14;
  for (let i = 0; i < N; i++) { const p = place(i), d = (p[0] - x) ** 2 + (p[1] - y) ** 2; if (d < near) { near = d; best = i; } }
  const tip = $('tip');
  tip.style.display = best < 0 ? 'none' : 'block';
  if (best < 0) return;
  tip.textContent = D.names[best] + (best === D.origin ? ': the origin' : Number.isFinite(heard[best]) ? ': after ' + ms(heard[best]) + ', over ' + hops[best] + ' links, from ' + D.names[parent[best]] : ': never had it');
  tip.style.left = Math.min(x + 12, box.width - 170) + 'px'; tip.style.top = y + 12 + 'px';
  $('why').textContent = why(best);
});
$('rings').addEventListener('click', () => {
  layout = layout === at ? ring : at;
  $('rings').textContent = layout === at ? 'Rings of time' : 'The mesh';
  show(now);
});
$('mesh').addEventListener('pointerleave', () => { $('tip').style.display = 'none'; });
window.addEventListener('resize', all); window.addEventListener('beforeprint', all); window.addEventListener('afterprint', all);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', all);
let half = 0; while (half < steps && before(times[half]) < reached / 2) half++;
slider.value = half; now = times[half]; all();
</script></body></html>
