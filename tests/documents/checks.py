"""What is checked of the project's pages. A check gives a list of complaints, empty if all is well."""

import posixpath
import re
import urllib.parse

import markdown_text

LINES_MAX = 150
COLUMNS_MAX = 110
WORDS_MAX = 35

SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
ADDRESS = re.compile(r"\b[a-z]+://\S+")
PAGE_NAME = re.compile(r"(?<![\w./-])((?:[\w.-]+/|\.\.?/)*[\w-][\w.-]*\.md)\b")
MAKE_COMMAND = re.compile(r"(?:^|[`\s;&])make ([a-z][a-z-]*)")
MAKE_TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
CODE_SPAN = re.compile(r"`([^`\n]+)`")
STAND_IN = re.compile(r"[A-Z]{3,}_")
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?")
INLINE_OR_FENCE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def length(path, text, most=LINES_MAX):
    lines = len(text.splitlines())
    return [f"{path}: it has {lines} lines, at most {most} are allowed"] if lines > most else []


def width(path, text, most=COLUMNS_MAX):
    return [f"{path}:{number}: the line has {len(line)} columns, at most {most} are allowed"
            for number, line in enumerate(text.splitlines(), 1)
            if len(line) > most and not markdown_text.is_table_row(line)]


def long_sentences(path, text, most=WORDS_MAX):
    return [f"{path}:{line}: a sentence has {words} words, at most {most} are allowed: {sentence[:80]}..."
            for line, sentence, words in markdown_text.sentences(text) if words > most]


def dead_links(tree):
    complaints = []
    for path in tree.pages():
        text = tree.read(path)
        for line, target in markdown_text.links(text):
            complaint = dead_link(tree, path, target)
            if complaint:
                complaints.append(f"{path}:{line}: the link {target!r} is dead: {complaint}")
        complaints += [f"{path}:{line}: the link's name {name!r} is not defined"
                       for line, name in markdown_text.undefined_references(text)]
    return complaints


def dead_link(tree, path, target):
    """Says why the link is dead; None if it isn't."""
    if SCHEME.match(target) or target.startswith("//"):
        return None
    file, _, anchor = target.partition("#")
    file = urllib.parse.unquote(file)
    if file.startswith("/"):
        return "it must be relative to the page"
    aim = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
    if aim.startswith(".."):
        return "it leaves the project"
    if aim != "." and not tree.has(aim):
        return f"there is no {aim}"
    if not anchor or not aim.endswith(".md"):
        return None
    if urllib.parse.unquote(anchor) not in markdown_text.anchors(tree.read(aim)):
        return f"{aim} has no heading for it"
    return None


def unknown_pages_in_sources(tree):
    """A page is named by its path from the root or from the source's folder, or by its name in docs/."""
    complaints = []
    for path in tree.sources():
        for number, line in enumerate(tree.read(path).splitlines(), 1):
            if ".md" not in line:
                continue
            for name in PAGE_NAME.findall(ADDRESS.sub("", line)):
                beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
                if not {posixpath.normpath(name), "docs/" + name, beside} & tree.files:
                    complaints.append(f"{path}:{number}: it names {name}, and there is no such page")
    return complaints


def unknown_paths(tree, path, text):
    """A code span that is a path into one of the project's folders must exist, unless NAME_ stands in it."""
    complaints = []
    for span in CODE_SPAN.findall(markdown_text.blank_fences(text)):
        if not PATH.fullmatch(span) or span.split("/")[0] not in tree.folders or STAND_IN.search(span):
            continue
        if not tree.has(span):
            complaints.append(f"{path}: it names {span}, which does not exist")
    return complaints


def unknown_make_commands(path, text, makefile):
    """Only what stands as code counts, so that prose may say `make` otherwise."""
    known = set(MAKE_TARGET.findall(makefile))
    named = {name for code in INLINE_OR_FENCE.findall(text) for name in MAKE_COMMAND.findall(code)}
    return [f"{path}: it names `make {name}`, which the Makefile lacks" for name in sorted(named - known)]
