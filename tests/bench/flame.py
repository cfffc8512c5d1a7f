# SPDX-License-Identifier: MIT
"""A flame graph: who called whom, as wide as it is dear. One SVG file that needs nothing else: in a browser it says what
is under the mouse, and finds what is searched."""

import zlib
from xml.sax.saxutils import escape, quoteattr

WIDTH, MARGIN, TOP, BOTTOM, ROW, LETTER = 1200, 12, 64, 34, 19, 7.3
LEAST_WIDTH = 0.3  # pixels: what is smaller is not drawn
ROOT = "measured"

STYLE = """
text { font: 13px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: var(--ink) }
.title { font-size: 16px; font-weight: 600 } .screen { fill: var(--screen) }
.frame text { font: 12px 'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace; fill: #1f2328; pointer-events: none }
.frame rect { stroke: var(--screen); stroke-width: .6 } .frame:hover rect { stroke: var(--ink); stroke-width: 1.6 }
.frame.found rect { fill: #a475f9 }
.end { text-anchor: end }
input { box-sizing: border-box; width: 100%; font: 13px system-ui, sans-serif; padding: 3px 6px;
        color: var(--ink); background: var(--screen); border: 1px solid var(--ink); border-radius: 4px }
svg { --screen: #ffffff; --ink: #1f2328 }
@media (prefers-color-scheme: dark) { svg { --screen: #0d1117; --ink: #e6edf3 } }
"""

SCRIPT = """
const frames = [...document.querySelectorAll('.frame')], says = document.getElementById('says');
const all = Number(document.documentElement.dataset.cost), rest = says.textContent;
for (const frame of frames) {
  frame.addEventListener('mouseenter', () => { says.textContent = frame.querySelector('title').textContent; });
  frame.addEventListener('mouseleave', () => { says.textContent = rest; });
}
// A frame inside another that was found adds nothing to it.
function found(word) {
  let until = -1, cost = 0;
  const spans = [];
  for (const frame of frames) {
    const is = word !== '' && frame.dataset.name.includes(word);
    frame.classList.toggle('found', is);
    if (is) spans.push([Number(frame.dataset.from), Number(frame.dataset.cost)]);
  }
  spans.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  for (const [from, size] of spans)
    if (from >= until) { cost += size; until = from + size; }
  return cost;
}
document.getElementById('search').addEventListener('input', event => {
  const word = event.target.value.trim(), cost = found(word);
  document.getElementById('share').textContent = word === '' ? '' : (100 * cost / all).toFixed(1) + ' % found';
});
"""


class Frame:
    """A function as it was called from those below it."""

    def __init__(self):
        self.cost = 0
        self.above = {}


def tree(profile):
    """Callgrind names a function by its callers too, as callee'caller'its caller."""
    root = Frame()
    for name, cost in profile.own.items():
        path = name.split("'")
        path = path[:path.index(ROOT) + 1] if ROOT in path else path
        root.cost += cost
        frame = root
        for function in reversed(path):
            frame = frame.above.setdefault(function, Frame())
            frame.cost += cost
    return root


def depth(frame):
    return 1 + max(map(depth, frame.above.values()), default=0)


def colour(name):
    """Of fire, the same for a function wherever it is."""
    mixed = zlib.crc32(name.encode())
    return "hsl(%d %d%% %d%%)" % (10 + mixed % 43, 82 + mixed // 64 % 14, 62 + mixed // 4096 % 12)


class Drawing:
    def __init__(self, root):
        self.all, self.rows, self.parts = root.cost, depth(root) - 1, []

    def x(self, cost):
        return MARGIN + (WIDTH - 2 * MARGIN) * cost / self.all

    def add(self, frame, start, level):
        for name, above in sorted(frame.above.items()):
            if self.x(above.cost) - self.x(0) >= LEAST_WIDTH:
                self.box(name, above.cost, start, level)
                self.add(above, start, level + 1)
            start += above.cost

    def box(self, name, cost, start, level):
        x, y = self.x(start), TOP + (self.rows - 1 - level) * ROW
        width = self.x(start + cost) - x
        letters = int((width - 6) / LETTER)
        shown = name if len(name) <= letters else name[:letters - 1] + "\u2026" if letters > 2 else ""
        told = "%s: %s instructions, %.2f %%" % (name, "{:,}".format(cost), 100 * cost / self.all)
        self.parts.append('<g class="frame" data-name=%s data-from="%d" data-cost="%d"><title>%s</title>'
                          '<rect x="%.2f" y="%d" width="%.2f" height="%d" fill="%s"/>%s</g>' %
                          (quoteattr(name), start, cost, escape(told), x, y, width, ROW - 1, colour(name),
                           '<text x="%.2f" y="%d">%s</text>' % (x + 3, y + 13, escape(shown)) if shown else ""))


def draw(profile, title):
    root = tree(profile)
    drawing = Drawing(root)
    drawing.add(root, 0, 0)
    height = TOP + drawing.rows * ROW + BOTTOM
    return "\n".join([
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" data-cost="%d">' %
        (WIDTH, height, WIDTH, height, root.cost),
        "<style>%s</style>" % STYLE, '<rect width="%d" height="%d" class="screen"/>' % (WIDTH, height),
        '<text x="%d" y="28" class="title">%s: %s instructions</text>' % (MARGIN, escape(title), "{:,}".format(root.cost)),
        '<text id="share" x="%d" y="28" class="end"/>' % (WIDTH - MARGIN - 230),
        '<foreignObject x="%d" y="10" width="220" height="30"><input xmlns="http://www.w3.org/1999/xhtml" id="search" '
        'type="search" placeholder="search functions"/></foreignObject>' % (WIDTH - MARGIN - 220),
        *drawing.parts,
        '<text id="says" x="%d" y="%d">a function stands on the one that called it</text>' % (MARGIN, height - 12),
        "<script><![CDATA[%s]]></script>" % SCRIPT, "</svg>"]) + "\n"
