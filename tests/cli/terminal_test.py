#!/usr/bin/env python3
"""Runs commands on a terminal: terminal_test.py DARIS.

A progress line must be wiped before anything else is printed, also after Ctrl-C.
"""

import os
import pty
import sys
import termios
import time
import unittest

WIPE = "\r\033[K"
INTERRUPTED = 130


def keep_output_on_interrupt(terminal):
    """By default the kernel drops what waits to be shown, even what the program says of the interrupt."""
    settings = termios.tcgetattr(terminal)
    settings[3] |= termios.NOFLSH
    termios.tcsetattr(terminal, termios.TCSANOW, settings)


def on_terminal(words, interrupt=False):
    """Returns the exit code and all bytes. Ctrl-C is typed once a progress line stands there."""
    process, terminal = pty.fork()
    if process == 0:
        keep_output_on_interrupt(0)
        os.execv(words[0], words)
    text, typed = "", False
    while True:
        try:
            more = os.read(terminal, 4096)
        except OSError:  # what Linux says at the end
            break
        if not more:
            break
        text += more.decode()
        if interrupt and not typed and " left" in text:
            os.write(terminal, b"\x03")
            typed = True
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), text


def screen(text):
    """The lines that are left to see."""
    return [line.rstrip("\r").split(WIPE)[-1] for line in text.split("\n")]


class CheckPolicy(unittest.TestCase):
    def test_progress_is_wiped_before_the_result(self):
        code, text = on_terminal([DARIS, "check-policy", "edf", "--cases", "300"])
        self.assertEqual(code, 0, text)
        self.assertIn("/300 cases", text)
        self.assertTrue(screen(text)[0].startswith("edf: 300 random task sets"), screen(text))
        self.assertNotIn("/300 cases", "".join(screen(text)))

    def test_progress_is_wiped_on_interrupt(self):
        begin = time.monotonic()
        code, text = on_terminal([DARIS, "check-policy", "edf", "--cases", "1000000000"], interrupt=True)
        self.assertEqual(code, INTERRUPTED, text)
        self.assertLess(time.monotonic() - begin, 60)
        shown = "".join(screen(text))
        self.assertIn("daris: interrupted; the check is not finished", shown)
        self.assertNotIn("/1000000000 cases", shown)


if __name__ == "__main__":
    DARIS = os.path.abspath(sys.argv.pop(1))
    unittest.main()
