#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Make the linker's version map from lists of "VERSION symbol" lines.

usage: make-map.py OUTPUT LIST...

The lists are append-only: a symbol keeps the version that it was first released with.
"""
import sys


def version_key(version):
    return [int(part) for part in version.removeprefix("KIN_").split(".")]


def main():
    output, lists = sys.argv[1], sys.argv[2:]
    symbols = {}
    for path in lists:
        with open(path) as lines:
            for line in lines:
                line = line.split("#")[0].split()
                if line:
                    version, symbol = line
                    symbols.setdefault(version, []).append(symbol)
    with open(output, "w") as out:
        previous = ""
        for version in sorted(symbols, key=version_key):
            out.write(version + " {\nglobal:\n")
            out.writelines("\t" + symbol + ";\n" for symbol in sorted(symbols[version]))
            if not previous:
                out.write("local:\n\t*;\n")
            out.write("}" + previous + ";\n\n")
            previous = " " + version


main()
