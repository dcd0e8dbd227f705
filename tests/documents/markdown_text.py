"""Reads of a Markdown page what the checks of documents need: its sentences, links and anchors."""

import re

FENCE = re.compile(r"^ {0,3}(?:> ?)*(?:[-*+] +|\d+[.)] +)?(`{3,}|~{3,})(.*)$")
FENCE_INSIDE = re.compile(r"^\s*(?:> ?)*\s*(`{3,}|~{3,})\s*$")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*$")
UNDERLINE = re.compile(r"^ {0,3}(?:=+|-+)\s*$")
RULE = re.compile(r"^ {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
TABLE_ROW = re.compile(r"^\s*\|")
ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
QUOTE = re.compile(r"^ {0,3}(?:> ?)+")
TAG = re.compile(r"</?[A-Za-z][^>]*>")
DEFINITION = re.compile(r"^ {0,3}\[([^\]^]+)\]:\s*(<[^>]*>|\S+).*$", re.MULTILINE)
TARGET = r"\(\s*(<[^>]*>|(?:[^\s()]|\([^\s()]*\))*)(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^)]*\)))?\s*\)"
IMAGE = re.compile(r"!\[([^\]]*)\]" + TARGET)
LINK = re.compile(r"(?<!!)\[((?:!\[[^\]]*\]\([^)]*\)|\[[^\]]*\]|[^\[\]])*)\]" + TARGET)
REFERENCE = re.compile(r"\[([^\[\]]+)\]\[([^\[\]]*)\]")
REFERENCED_IMAGE = re.compile(r"!\[[^\[\]]*\]\[[^\[\]]*\]")
HTML_TARGET = re.compile(r"<(?:a|img)\b[^>]*?\b(?:href|src)\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE)
HTML_ANCHOR = re.compile(r"<[A-Za-z][^>]*?\b(?:id|name)\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE)

# A full stop behind these ends no sentence, whatever follows.
ABBREVIATIONS = {"e.g.", "i.e.", "vs.", "cf.", "fig.", "eq.", "sec.", "approx.", "resp.", "st.", "dr."}
# A full stop behind this one ends no sentence if a number follows.
NUMBERED = {"no.", "nos.", "p.", "pp."}
INITIAL = re.compile(r"^[(\"'*_]*[A-Z]\.$")
SENTENCE_END = re.compile(r"[.!?]+[)\]\"'*_”’]*$")
WORD = re.compile(r"[^\W_]")
# One word in the place of inline code. It may begin a sentence, as an upper-case letter does.
CODE_WORD = "Code"


def is_table_row(line):
    return TABLE_ROW.match(line) is not None


def blank_fences(text):
    """The text with the lines of code fences emptied; the numbers of the other lines stay."""
    lines = []
    fence = None
    for line in text.split("\n"):
        if fence is None:
            begin = FENCE.match(line)
            if begin and not (begin.group(1)[0] == "`" and "`" in begin.group(2)):
                fence = begin.group(1)
                line = ""
        else:
            end = FENCE_INSIDE.match(line)
            if end and end.group(1).startswith(fence):
                fence = None
            line = ""
        lines.append(line)
    return "\n".join(lines)


def blank(match):
    return "\n" * match.group(0).count("\n")


def without_code(text):
    """The text without fences, comments and inline code; the numbers of the other lines stay."""
    return CODE.sub(blank, COMMENT.sub(blank, blank_fences(text)))


# ---- sentences


def plain(text):
    """Prose without the signs of Markdown: inline code is one word, a link its text, an image nothing."""
    text = CODE.sub(lambda code: CODE_WORD, text)
    text = REFERENCED_IMAGE.sub("", IMAGE.sub("", text))
    text = LINK.sub(lambda link: link.group(1), text)
    text = REFERENCE.sub(lambda link: link.group(1), text)
    text = re.sub(r"<(?:https?|mailto):[^>]*>", "Address", text)
    return TAG.sub(" ", text)


def blocks(text):
    """Yields (line number, prose) for each paragraph and each item of a list."""
    text = COMMENT.sub(blank, blank_fences(text))
    text = DEFINITION.sub("", text)
    begin, lines = 0, []
    for number, line in enumerate(text.split("\n"), 1):
        line = QUOTE.sub("", line)
        item = ITEM.match(line)
        if lines and UNDERLINE.match(line):  # What stands above it is a heading.
            lines = []
            continue
        ends = not line.strip() or HEADING.match(line) or RULE.match(line) or is_table_row(line)
        if (ends or item) and lines:
            yield begin, " ".join(lines)
            lines = []
        if ends:
            continue
        if not lines:
            begin = number
        lines.append(line[item.end():] if item else line.strip())
    if lines:
        yield begin, " ".join(lines)


def ends_sentence(word, following):
    if not SENTENCE_END.search(word):
        return False
    if following is None:
        return True
    bare = word.lstrip("([\"'*_“‘").lower().rstrip(")]\"'*_”’")
    if bare in ABBREVIATIONS or INITIAL.match(word):
        return False
    if bare in NUMBERED and following[0].isdigit():
        return False
    first = following.lstrip("([\"'*_“‘")[:1]
    return not first.islower()


def sentences(text):
    """Yields (line number of its paragraph, sentence, number of its words)."""
    for line, block in blocks(text):
        words = plain(block).split()
        sentence = []
        for index, word in enumerate(words):
            sentence.append(word)
            if ends_sentence(word, words[index + 1] if index + 1 < len(words) else None):
                yield line, " ".join(sentence), count_words(sentence)
                sentence = []
        if sentence:
            yield line, " ".join(sentence), count_words(sentence)


def count_words(words):
    return sum(1 for word in words if WORD.search(word))


# ---- links


def links(text):
    """Yields (line number, target) for each link and each image."""
    text = without_code(text)
    found = []
    for pattern, group in ((IMAGE, 2), (LINK, 2), (DEFINITION, 2), (HTML_TARGET, 1)):
        found += [(match.start(group), match.group(group)) for match in pattern.finditer(text)]
    # A picture that is a link has its own target inside the link's text, which IMAGE has found.
    for position, target in sorted(set(found)):
        yield text.count("\n", 0, position) + 1, target.strip("<>")


def undefined_references(text):
    """Yields (line number, name) for each [text][name] without a line [name]: target."""
    text = without_code(text)
    defined = {match.group(1).lower() for match in DEFINITION.finditer(text)}
    for match in REFERENCE.finditer(text):
        name = match.group(2) or match.group(1)
        if name.lower() not in defined:
            yield text.count("\n", 0, match.start()) + 1, name


def slug(heading):
    """The anchor that GitHub gives a heading."""
    text = IMAGE.sub("", heading)
    text = LINK.sub(lambda link: link.group(1), text)
    text = TAG.sub("", text)
    text = re.sub(r"[^\w\- ]", "", text.strip().lower())
    return text.replace(" ", "-")


def anchors(text):
    """All anchors that a link into the page may name."""
    text = COMMENT.sub(blank, blank_fences(text))
    found = set(HTML_ANCHOR.findall(text))
    used = {}
    above = ""
    for line in text.split("\n"):
        heading = HEADING.match(line)
        title = heading.group(2) if heading else above if above and UNDERLINE.match(line) else None
        is_prose = not (heading or ITEM.match(line) or is_table_row(line))
        above = line.strip() if is_prose else ""
        if title is None:
            continue
        name = slug(title)
        found.add(name if name not in used else f"{name}-{used[name]}")
        used[name] = used.get(name, 0) + 1
    return found
