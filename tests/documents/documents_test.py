"""The project's pages keep their rules, and each check of a rule fails on a page that breaks it."""

import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)

import checks
import markdown_text
from project_tree import Tree

ROOT = os.path.join(FOLDER, "..", "..")
FIRST_VISIT = "README.md"
MD = "." + "md"  # Names of pages that must not exist are put together, or this file would break its own rule.


class Project(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tree = Tree(ROOT)

    def assert_none(self, complaints):
        if complaints:
            self.fail("\n" + "\n".join(complaints))

    def test_readme_is_short(self):
        self.assert_none(checks.length(FIRST_VISIT, self.tree.read(FIRST_VISIT)))

    def test_lines_are_narrow(self):
        for path in self.tree.pages():
            with self.subTest(path):
                self.assert_none(checks.width(path, self.tree.read(path)))

    def test_lines_of_python_are_narrow(self):
        for path in self.tree.sources():
            if path.endswith(".py"):
                self.assert_none(checks.width(path, self.tree.read(path)))

    def test_sentences_are_short(self):
        for path in self.tree.pages():
            with self.subTest(path):
                self.assert_none(checks.long_sentences(path, self.tree.read(path)))

    def test_links_lead_somewhere(self):
        self.assert_none(checks.dead_links(self.tree))

    def test_sources_name_pages_that_exist(self):
        self.assert_none(checks.unknown_pages_in_sources(self.tree))

    def test_commands_of_make_exist(self):
        for path in self.tree.pages():
            with self.subTest(path):
                text = self.tree.read(path)
                self.assert_none(checks.unknown_make_commands(path, text, self.tree.read("Makefile")))

    def test_paths_exist(self):
        for path in self.tree.pages():
            with self.subTest(path):
                self.assert_none(checks.unknown_paths(self.tree, path, self.tree.read(path)))

    def test_everybody_runs_the_same_tests(self):
        for path in (FIRST_VISIT, ".ci/run"):
            self.assertIn("make test", self.tree.read(path), path)


class Sizes(unittest.TestCase):
    def test_a_long_page_fails(self):
        self.assertEqual(checks.length("a", "x\n" * 150), [])
        self.assertEqual(len(checks.length("a", "x\n" * 151)), 1)
        self.assertEqual(len(checks.length("a", "x\n" * 150 + "x")), 1)

    def test_a_wide_line_fails_and_a_table_row_does_not(self):
        self.assertEqual(checks.width("a", "x" * 110 + "\n| " + "x" * 200 + " |\n"), [])
        self.assertEqual(checks.width("a", "x\n" + "x" * 111),
                         ["a:2: the line has 111 columns, at most 110 are allowed"])
        self.assertEqual(len(checks.width("a", "```\n" + "x" * 111 + "\n```\n")), 1)


class Sentences(unittest.TestCase):
    def split(self, text):
        return [sentence for _, sentence, _ in markdown_text.sentences(text)]

    def counts(self, text):
        return [words for _, _, words in markdown_text.sentences(text)]

    def test_a_long_sentence_fails(self):
        self.assertEqual(checks.long_sentences("a", "word " * 34 + "word.\n"), [])
        complaints = checks.long_sentences("a", "Short.\n\n" + "word " * 35 + "word.\n")
        self.assertEqual(len(complaints), 1)
        begin = "a:3: a sentence has 36 words, at most 35 are allowed: word"
        self.assertTrue(complaints[0].startswith(begin), complaints)

    def test_a_long_sentence_fails_wherever_it_stands(self):
        long = "word " * 35 + "word"
        wrapped = ("word " * 12 + "\n") * 3
        lists = ("- " + long, "1. " + long, "  - a\n  - " + long, "- a\n  " + long)
        marks = ("> " + long, "**" + long + ".**", "[" + long + "](a)", "<p>" + long + "</p>")
        behind = ("```\na\n```\n" + long, "| a |\n" + long, "# a\n" + long, "a\n===\n" + long)
        for text in (long, wrapped, "Two. " + long + ". One.", *lists, *marks, *behind):
            self.assertEqual(len(checks.long_sentences("a", text)), 1, text)

    def test_what_is_no_prose_is_left_out(self):
        long = "word " * 40
        fences = ("```\n" + long + "\n```", "~~~sh\n" + long + "\n~~~", "````\n```\n" + long + "\n````",
                  "- a\n  ```\n  " + long + "\n  ```\n")
        inline = ("<!-- " + long + "-->", "![" + long + "](a.png)", "![" + long + "][a]",
                  "a `" + long + "` b.")
        lines = ("| " + long + " |", "# " + long, long + "\n---", "[a]: b '" + long + "'")
        for text in (*fences, *inline, *lines):
            self.assertEqual(checks.long_sentences("a", text), [], text)

    def test_ends(self):
        self.assertEqual(self.split("One is. Two is! Is three? `four` is."),
                         ["One is.", "Two is!", "Is three?", "Code is."])
        self.assertEqual(self.split("He said so. (It was 1.5 ms.) \"Yes.\" **Bold.** End"),
                         ["He said so.", "(It was 1.5 ms.)", '"Yes."', "**Bold.**", "End"])

    def test_what_ends_none(self):
        for text in ("At 1.5 times, e.g. GPU time.", "A. F. Babaei wrote it.", "See No. 5 of it.",
                     "It, etc. and more.", "As in i.e. This.", "Files such as a.json and b.h are read.",
                     "OS 1.5; then: 2"):
            self.assertEqual(len(self.split(text)), 1, text)

    def test_items_and_paragraphs_are_apart(self):
        self.assertEqual(self.split("One:\n- two\n- three\n  four\n\nfive\nsix\n"),
                         ["One:", "two", "three four", "five six"])

    def test_words(self):
        self.assertEqual(self.counts("A `b c d` e-f 1.5 — 2 + [g h](i/j%20k), ![l m](n) **o**."), [8])

    def test_line_numbers_survive_comments_and_fences(self):
        text = "<!-- a\nb -->\n```\nc\n```\nWord.\n"
        self.assertEqual([line for line, _, _ in markdown_text.sentences(text)], [6])


class Planted(unittest.TestCase):
    """Each case is a small project in a folder of its own."""

    def plant(self, files):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for path, text in files.items():
            file = os.path.join(folder.name, path)
            os.makedirs(os.path.dirname(file), exist_ok=True)
            with open(file, "w", encoding="utf-8") as stream:
                stream.write(text)
        return Tree(folder.name)

    PAGE = "docs/page" + MD
    UP = "../README" + MD

    def links(self, text):
        files = {self.PAGE: text, "README" + MD: "# A title\n\n## It's `b` & c\n\n## A title\n"}
        files.update(dict.fromkeys(("docs/a b.png", "LICENSE", "build/made.txt", "code/x.h"), ""))
        return checks.dead_links(self.plant(files))

    def test_live_links(self):
        files = ("[a](../LICENSE)", "[a](../code/)", "[a](../code)", "![a](a%20b.png)", "![a](<a b.png>)",
                 "[a](..)", "[a](../LICENSE \"title\")", "[a][b]\n\n[b]: ../LICENSE",
                 "[![a](a%20b.png)](../LICENSE)")
        anchors = (f"[a]({self.UP}#a-title)", f"[a]({self.UP}#a-title-1)", f"[a]({self.UP}#its-b--c)",
                   "# Up\n[a](#up)", "<a id=\"b\"></a>[a](#b)", "Under\n---\n[a](#under)")
        others = ("[a](https://b/c)", "[a](mailto:b@c)", "`[a](dead)`", "```\n[a](dead)\n```",
                  "<!-- [a](dead) -->")
        for text in (*files, *anchors, *others):
            self.assertEqual(self.links(text), [], text)

    def test_dead_links_fail(self):
        files = ("[a](dead)", "![a](dead.png)", "[a](LICENSE)", "[a](../license)", "[a](/LICENSE)",
                 "[a](../../LICENSE)", "[a](../build/made.txt)", "[a](dead \"title\")", "[a](dead(b))")
        anchors = ("[a](#none)", f"[a]({self.UP}#none)", f"[a]({self.UP}#a-title-2)",
                   "```\n# up\n```\n[a](#up)")
        references = ("[a][b]\n\n[b]: dead", "![a][b]\n\n[b]: dead.png", "[a][none]", "![a][none]")
        places = ("- x\n  [a](dead)", "| [a](dead) |", "# [a](dead)", "[a\nb](dead)",
                  "<img src=\"dead.png\">", "<a href='dead'>a</a>", "[![a](dead.png)](../LICENSE)",
                  "[![a](a%20b.png)](dead)")
        for text in (*files, *anchors, *references, *places):
            complaints = self.links(text)
            self.assertEqual(len(complaints), 1, (text, complaints))
            self.assertTrue(complaints[0].startswith(self.PAGE + ":"), complaints)

    def test_a_dead_link_is_said_with_its_line(self):
        self.assertEqual(self.links("One.\n\n[a](dead)\n"),
                         [self.PAGE + ":3: the link 'dead' is dead: there is no docs/dead"])

    def sources(self, path, text):
        pages = ("README", "docs/rules", "sim/beside/README", "build/built")
        return checks.unknown_pages_in_sources(self.plant({path: text, **{page + MD: "" for page in pages}}))

    KINDS = ("sim/a.h", "a.cpp", "sim/a.cu", "a/b.py", "scripts/a.sh", "sim/CMakeLists.txt", "cmake/a.cmake",
             "Makefile", ".ci/run", "sim/a.cpp.in")

    def test_names_of_pages_that_exist(self):
        names = ("README", "docs/rules", "rules", "./README")
        text = "".join(f"// see {name}{MD}, \"{name}{MD}\" ({name}{MD}:7)\n" for name in names)
        for path in self.KINDS:
            self.assertEqual(self.sources(path, text), [], path)
        self.assertEqual(self.sources("sim/a.h", "// beside/README" + MD), [])
        self.assertEqual(self.sources("sim/a.h", "// ../docs/rules" + MD), [])
        self.assertEqual(self.sources("sim/a.h", "// https://host/none" + MD), [])
        self.assertEqual(self.sources("sim/a.h", "x" + MD + "5 = y" + MD + "x;"), [])

    def test_names_of_pages_that_do_not_exist_fail(self):
        names = ("none", "sim/rules", "other/README", "docs/none", "built", "build/built", "../none",
                 "docs/README")
        places = ("// see {}", "\"{}\"", "# ({}, 3)", "/* {}: x */", "a `{}`.")
        planted = [(name + MD, place) for name in names for place in places]
        text = "".join(place.format(name) + "\n" for name, place in planted)
        for path in self.KINDS:
            self.assertEqual(self.sources(path, text),
                             [f"{path}:{number}: it names {name}, and there is no such page"
                              for number, (name, _) in enumerate(planted, 1)])

    def test_sources_that_are_not_ours_are_left_out(self):
        for folder in ("build", "out", ".venv", ".venv-2", ".git", "a/__pycache__"):
            self.assertEqual(self.sources(folder + "/a.h", "// none" + MD), [], folder)

    def test_paths_that_do_not_exist_fail(self):
        tree = self.plant({"sim/a.h": "", "docs/a": ""})
        for path in ("sim/a.h", "docs/", "other/b.h", "a/b", "sim", "sim/NAME_policy.h", "docs/a b"):
            self.assertEqual(checks.unknown_paths(tree, "page", f"See `{path}`."), [], path)
        for path in ("sim/b.h", "sim/fit/", "docs/a/b"):
            self.assertEqual(checks.unknown_paths(tree, "page", f"See `{path}`."),
                             [f"page: it names {path}, which does not exist"])
        self.assertEqual(checks.unknown_paths(tree, "page", "```\n`sim/b.h`\n```\n"), [], "it is a fence")

    def test_commands_that_make_lacks_fail(self):
        makefile = ".PHONY: x\ntest:   ## tests\n\tctest\ngpu-test: test\n"
        fence = "```sh\nmake test && make gpu-test\n```"
        for text in ("`make test`", fence, "They make nothing.", "`cmake none`"):
            self.assertEqual(checks.unknown_make_commands("a", text, makefile), [], text)
        fence = "```\nmake test\nmake none  # why\n```"
        for text in ("Run `make none`.", "```sh\ncd a && make none\n```", fence):
            self.assertEqual(checks.unknown_make_commands("a", text, makefile),
                             ["a: it names `make none`, which the Makefile lacks"], text)


if __name__ == "__main__":
    unittest.main()
