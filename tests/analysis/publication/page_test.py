"""The page of `daris report` in a real browser: it sorts, filters, obeys keys, and fits a narrow screen.

usage: page_test.py --daris PROGRAM [--screenshots FOLDER]

The exit status is 77 if this machine has no Chromium.
"""

import argparse
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from browser import Browser, find_program
from published_sample import RESULTS, Publication

REPORTS = [RESULTS / "h100-80gb-hbm3/rivals.json", RESULTS / "ablations/report.json"]
CELLS = ("[...document.querySelectorAll('#table tbody tr')]"
         ".map((row) => row.querySelector('td[data-key=\"%s\"]').textContent)")
FOCUSED = "document.activeElement.dataset.row"


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.publication = Publication(arguments.daris, REPORTS, "--no-figures")
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.publication.close()

    def setUp(self):
        self.browser.prefer("light")
        self.browser.resize(1280, 900)
        self.browser.open((self.publication.folder / "index.html").as_uri() + f"?{self.id()}")
        self.data = self.publication.page_data()

    def tearDown(self):
        if arguments.screenshots:
            arguments.screenshots.mkdir(parents=True, exist_ok=True)
            (arguments.screenshots / f"{self._testMethodName}.png").write_bytes(self.browser.screenshot())

    def cells(self, label):
        return self.browser.value(CELLS % label)

    def count(self):
        return self.browser.value("document.getElementById('count').textContent")

    def column(self, key, group=None):
        return next(index for index, column in enumerate(self.data["columns"])
                    if column["key"] == key and column.get("group") == group)

    def texts(self, key):
        column = self.data["columns"][self.column(key)]
        return [column["texts"][code] for code in column["codes"]]

    def test_it_needs_no_network(self):
        page = self.publication.read("index.html")
        for word in ("http://www.w3.org/2000/svg",):  # a name, not an address that is fetched
            page = page.replace(word, "")
        self.assertNotRegex(page, r"(src|href)=[\"']?(https?:)?//")
        fetched = self.browser.value("performance.getEntriesByType('resource').map((entry) => entry.name)"
                                     ".filter((name) => !name.startsWith('data:'))")
        self.assertEqual(fetched, [])

    def test_it_shows_all_points(self):
        points = self.publication.points()
        self.assertEqual(self.count(), f"{len(points)} points")
        self.assertEqual(len(self.cells("id")), 100)
        self.assertEqual(set(self.texts("id")), set(points))

    def test_a_heading_sorts_and_sorts_back(self):
        index = self.column("on_time_jobs_per_s")
        values = self.data["columns"][index]["values"]
        heading = f"#sort-{index}"
        state = f"document.querySelector('{heading}').closest('th').ariaSort"
        for state_wanted, descending in (("descending", True), ("ascending", False)):
            self.browser.click(heading)
            self.assertEqual(self.browser.value(state), state_wanted)
            rows = self.browser.value(
                "[...document.querySelectorAll('#table tbody tr')].map((row) => +row.dataset.row)")
            sign = -1 if descending else 1
            order = sorted(range(len(values)), key=lambda row: (sign * values[row], row))
            self.assertEqual(rows, order[:100])

    def test_what_was_not_measured_comes_last(self):
        index = self.column("energy_j_per_job")
        self.browser.click("#column-choice summary")
        self.browser.click(f"#column-{index}")
        for _ in range(2):
            self.browser.click(f"#sort-{index}")
            self.assertNotIn("\u2013", self.cells("energy_j_per_job")[:10])

    def test_a_choice_filters(self):
        wanted = self.texts("policy").count("batching")
        code = self.data["columns"][self.column("policy")]["texts"].index("batching")
        self.browser.value(f"const s = document.getElementById('choose-policy'); s.value = '{code}';"
                           "s.dispatchEvent(new Event('input', {bubbles: true}))")
        self.browser.wait(f"document.getElementById('count').textContent.startsWith('{wanted} of')")
        self.assertEqual(set(self.cells("policy")), {"batching"})

    def test_words_filter_and_are_cleared(self):
        self.browser.click("#search")
        self.browser.type("UNET clockwork")
        self.browser.wait("document.getElementById('count').textContent.includes(' of ')")
        self.assertEqual(set(self.cells("policy")), {"clockwork"})
        self.assertEqual(set(self.cells("task_set")), {"unet-paper"})
        self.browser.click("button[type=reset]")
        self.browser.wait("!document.getElementById('count').textContent.includes(' of ')")

    def test_a_limit_filters(self):
        index = self.column("deadline_miss_rate", "level 0")
        self.browser.value(f"document.getElementById('limit-column').value = '{index}';"
                           "document.getElementById('limit-way').value = 'max'")
        self.browser.click("#limit-value")
        self.browser.type("1")
        values = self.data["columns"][index]["values"]
        wanted = sum(value is not None and value <= 0.01 for value in values)
        self.browser.wait(f"document.getElementById('count').textContent.startsWith('{wanted} of')")
        self.assertLess(wanted, len(values))

    def test_no_match_says_so(self):
        self.browser.click("#search")
        self.browser.type("no-such-word")
        self.browser.wait("document.querySelector('#table .empty')")
        self.assertTrue(self.count().startswith("0 of"))

    def test_keys_go_through_rows_and_open_one(self):
        self.browser.value("document.querySelector('#table tbody tr').focus()")
        for key, row in (("ArrowDown", "1"), ("ArrowDown", "2"), ("ArrowUp", "1"), ("End", "99"),
                         ("Home", "0"), ("PageDown", "100")):
            self.browser.press(key)
            self.assertEqual(self.browser.value(FOCUSED), row, key)
        self.browser.press("Enter")
        self.assertTrue(self.browser.value("document.getElementById('details').open"))
        self.assertEqual(self.browser.value("document.querySelector('#details pre').textContent"),
                         self.data["commands"][100])
        self.browser.press("Escape")
        self.assertFalse(self.browser.value("document.getElementById('details').open"))
        self.assertEqual(self.browser.value(FOCUSED), "100")

    def test_tab_reaches_everything_that_can_be_used(self):
        reached = set()
        for _ in range(400):
            self.browser.press("Tab")
            reached.add(
                self.browser.value("document.activeElement.id || document.activeElement.getAttribute('class')"
                                   " || document.activeElement.tagName"))
        for wanted in ("search", "choose-policy", "limit-value", f"sort-{self.column('policy')}", "page-next",
                       "plot-x", "mark"):
            self.assertTrue(any(wanted in str(one) for one in reached), (wanted, reached))

    def test_pages_of_the_table(self):
        self.browser.click("#page-last")
        self.assertEqual(len(self.cells("id")), len(self.data["commands"]) % 100)
        self.assertTrue(self.browser.value("document.getElementById('page-next').disabled"))

    def test_the_plot_follows_the_filters_and_opens_points(self):
        marks = "document.querySelectorAll('#plot-frame .mark').length"
        self.assertEqual(self.browser.value(marks), len(self.data["commands"]))
        self.browser.click("#search")
        self.browser.type("symphony edf")
        self.browser.wait("document.querySelector('#table .empty')")
        self.assertEqual(self.browser.value(marks), 0)
        self.browser.click("button[type=reset]")
        self.browser.wait(f"{marks} > 0")
        self.browser.value("document.querySelector('#plot-frame .mark').focus()")
        self.browser.press("ArrowRight")
        self.assertEqual(self.browser.value(FOCUSED), "1")
        self.browser.press("Enter")
        self.assertTrue(self.browser.value("document.getElementById('details').open"))

    def test_it_fits_a_narrow_screen(self):
        for width in (320, 390):
            self.browser.resize(width, 800)
            self.assertLessEqual(self.browser.value("document.documentElement.scrollWidth"), width)
        self.assertEqual(
            self.browser.value("getComputedStyle(document.querySelector('#table thead')).display"), "none")
        self.browser.click("#table tbody tr")
        self.browser.wait("document.getElementById('details').open")
        self.assertLessEqual(
            self.browser.value("document.getElementById('details').getBoundingClientRect().right"), 390)

    def test_text_can_be_read_in_light_and_dark(self):
        contrast = """(() => {
          const bright = (colour) => {
            const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map((c) => c / 255)
            .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const ground = bright(getComputedStyle(document.body).backgroundColor);
          return ['body', '.hint', 'a[href=\"#plot\"]', '#table td'].map((name) => {
            const text = bright(getComputedStyle(document.querySelector(name)).color);
            return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05); }); })()"""
        grounds = set()
        for scheme in ("light", "dark"):
            self.browser.prefer(scheme)
            self.assertGreaterEqual(min(self.browser.value(contrast)), 4.5, scheme)
            grounds.add(self.browser.value("getComputedStyle(document.body).backgroundColor"))
        self.assertEqual(len(grounds), 2)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--daris", required=True, type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--screenshots", type=pathlib.Path)
    arguments, rest = parser.parse_known_args()
    if find_program() is None:
        print("skipped: no Chromium is installed (Debian: chromium)")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *rest])
