"""The tables of live reports: those in the committed texts say what the committed reports say.

A table that does not is noticed.
"""

import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
RESULTS = os.path.join(ROOT, "analysis", "results")
FOLDER = os.path.join(RESULTS, "h100-80gb-hbm3")
TEXTS = [os.path.join(RESULTS, "README.md"), os.path.join(FOLDER, "README.md")]


def tables(*arguments):
    """Gives (exit status, messages)."""
    command = [sys.executable, os.path.join(ROOT, "analysis", "figures", "live_tables.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def fill(text, *options):
    """Gives (exit status, messages, the text after it)."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "text.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        status, messages = tables(FOLDER, path, *options)
        with open(path, encoding="utf-8") as file:
            return status, messages, file.read()


class Committed(unittest.TestCase):
    def test_tables_are_those_of_the_reports(self):
        self.assertEqual(tables(FOLDER, *TEXTS, "--check"), (0, ""))


class Blocks(unittest.TestCase):
    EMPTY = "before\n<!-- live: rivals -->\n<!-- end -->\nafter\n"

    def test_a_block_is_filled_and_the_rest_kept(self):
        status, messages, text = fill(self.EMPTY)
        self.assertEqual((status, messages), (0, ""))
        self.assertTrue(text.startswith("before\n<!-- live: rivals -->\n\n|"), text)
        self.assertTrue(text.endswith("|\n\n<!-- end -->\nafter\n"), text)
        self.assertEqual(fill(text, "--check")[0], 0)

    def test_a_changed_figure_fails_the_check_and_changes_nothing(self):
        changed = fill(self.EMPTY)[2].replace("clockwork |", "clockwork | 1")
        status, messages, text = fill(changed, "--check")
        self.assertEqual((status, text), (1, changed))
        self.assertIn("its tables are not those of", messages)

    def test_an_unknown_table_is_named(self):
        status, messages, _ = fill("<!-- live: nothing -->\n<!-- end -->\n")
        self.assertEqual(status, 1)
        self.assertIn("no table is named nothing; there are best, rivals", messages)
        self.assertIn("no table is named Best", fill("<!-- live: Best -->\n<!-- end -->\n")[1])

    def test_a_block_without_an_end_changes_nothing(self):
        open_block = "<!-- live: best -->\nkept\n" + self.EMPTY
        status, messages, text = fill(open_block)
        self.assertEqual((status, text), (1, open_block))
        self.assertIn("1 of its blocks have no <!-- end -->", messages)

    def test_the_last_line_needs_no_end_of_line(self):
        self.assertEqual(fill(self.EMPTY.removesuffix("\nafter\n"))[:2], (0, ""))

    def test_reports_that_cant_be_read_are_named(self):
        with tempfile.TemporaryDirectory() as folder:
            text = os.path.join(folder, "text.txt")
            with open(text, "w", encoding="utf-8") as file:
                file.write(self.EMPTY)
            report = os.path.join(folder, "rivals.json")
            head = '{"schema": "daris.report", "version": 1, "points": '
            for contents, words in ((None, "No such file"), ("{", "is not JSON"),
                                    ('{"points": []}', "'daris.report' is needed"),
                                    (head + "[]}", "points: there are none"),
                                    (head + "[{}]}", "lacks 'config'")):
                if contents is not None:
                    with open(report, "w", encoding="utf-8") as file:
                        file.write(contents)
                status, messages = tables(folder, text)
                self.assertEqual(status, 1, contents)
                self.assertIn(words, messages)
                self.assertNotIn("Traceback", messages)

    def test_a_text_without_a_block_is_an_error(self):
        status, messages, _ = fill("nothing\n")
        self.assertEqual(status, 1)
        self.assertIn("has no block to fill", messages)


if __name__ == "__main__":
    unittest.main()
