# SPDX-License-Identifier: MIT
"""Tables for a terminal and in Markdown: the first column to the left, the others to the right."""


def head(toolchain):
    """What the figures were made with."""
    return "%(compiler)s %(flags)s; %(hiredis)s; %(libc)s; %(valgrind)s\n%(processor)s" % toolchain


def text(columns, rows):
    widths = [max(len(row[i]) for row in [columns] + rows) for i in range(len(columns))]
    lines = []
    for row in [columns] + rows:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def markdown(columns, rows):
    lines = [columns, ["---"] + ["---:"] * (len(columns) - 1)] + rows
    return "\n".join("| %s |" % " | ".join(cell.replace("|", "\\|") for cell in line) for line in lines)
