"""A headless Chromium over its debugging pipe: real clicks, keys and window sizes, no network.

`Browser` needs nothing but Python and Debian's package `chromium`.
"""

import json
import os
import shutil
import subprocess
import tempfile
import threading

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_S = 60
KEYS = {"ArrowDown": 40, "ArrowUp": 38, "ArrowRight": 39, "Enter": 13, "Escape": 27, "End": 35, "Home": 36,
        "PageDown": 34, "Tab": 9}


def find_program():
    """The browser's file; None if this machine has none."""
    return next((found for found in map(shutil.which, PROGRAMS) if found), None)


class Browser:
    """One page. REQUIRES: find_program() found one."""

    def __init__(self, width=1280, height=900):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_browser, self.commands = os.pipe()
        self.replies, from_browser = os.pipe()
        words = [find_program(), "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
                 "--disable-background-networking", "--no-first-run", f"--user-data-dir={self.profile.name}",
                 f"--window-size={width},{height}", "about:blank"]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, pass_fds=(3, 4),
                                        preexec_fn=lambda: self.connect(to_browser, from_browser))
        os.close(to_browser)
        os.close(from_browser)
        self.watchdog = threading.Timer(PATIENCE_S, self.process.kill)
        self.watchdog.start()
        self.unread = b""
        self.count = 0
        self.session = None
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self.session = attached["sessionId"]
        self.call("Page.enable")
        self.call("Runtime.enable")

    @staticmethod
    def connect(to_browser, from_browser):
        """Runs in the child: the browser reads from 3 and writes to 4. High copies first, to lose none."""
        reads, writes = os.dup(to_browser), os.dup(from_browser)
        reads, writes = (os.dup(end) if end in (3, 4) else end for end in (reads, writes))
        os.dup2(reads, 3)
        os.dup2(writes, 4)

    def close(self):
        self.watchdog.cancel()
        self.process.kill()
        self.process.wait()
        os.close(self.commands)
        os.close(self.replies)
        self.profile.cleanup()

    def next_message(self):
        while b"\0" not in self.unread:
            more = os.read(self.replies, 1 << 20)
            if not more:
                raise RuntimeError("the browser ended")
            self.unread += more
        message, self.unread = self.unread.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        self.count += 1
        command = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.commands, json.dumps(command).encode() + b"\0")
        while True:
            message = self.next_message()
            if message.get("id") == self.count:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]

    def open(self, address):
        self.call("Page.navigate", url=address)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def value(self, expression):
        """What the JavaScript gives. Raises with its error."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"]))
        return result["result"].get("value")

    def wait(self, condition):
        """Until the JavaScript is true; the watchdog ends what never comes."""
        promise = ("new Promise((done) => { const look = () => { if (%s) done(true); "
                   "else setTimeout(look, 20); }; look(); })" % condition)
        while True:
            try:
                return self.value(promise)
            except RuntimeError as error:
                if "context" not in str(error).lower():  # a page that changes loses its promises
                    raise

    def press(self, key):
        code = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key]}
        text = {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **code, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **code)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def click(self, selector):
        """A click of the mouse in the middle of an element."""
        place = self.value(f"""(() => {{ const e = document.querySelector({json.dumps(selector)});
            e.scrollIntoView({{block: "center", behavior: "instant"}}); const b = e.getBoundingClientRect();
            return [b.x + b.width / 2, b.y + b.height / 2]; }})()""")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left",
                      clickCount=1)

    def resize(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=False)
        self.value("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))")

    def prefer(self, scheme):
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self):
        """The bytes of a PNG."""
        import base64
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])
