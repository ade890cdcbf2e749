# SPDX-License-Identifier: GPL-2.0-or-later
"""unittest that reports as TAP, which meson reads: each test method, and each subTest, is a case."""

import sys
import unittest


class TapResult(unittest.TestResult):
    """Prints a line per case as it ends, and failures' traces as comments."""

    def __init__(self, stream):
        super().__init__()
        self.stream = stream
        self.number = 0
        self.had_subtests = False

    def line(self, good, test, suffix="", trace=""):
        """One case."""
        self.number += 1
        name = test.id().removeprefix("__main__.").replace("#", "")
        self.stream.write(f"{'ok' if good else 'not ok'} {self.number} - {name}{suffix}\n")
        for text in trace.splitlines():
            self.stream.write(f"# {text}\n")
        self.stream.flush()

    def startTest(self, test):
        super().startTest(test)
        self.had_subtests = False

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        self.had_subtests = True
        trace = self._exc_info_to_string(err, test) if err else ""
        self.line(err is None, subtest, trace=trace)

    def addSuccess(self, test):
        super().addSuccess(test)
        if not self.had_subtests:
            self.line(True, test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.line(False, test, trace=self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.line(False, test, trace=self.errors[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.line(True, test, suffix=f" # SKIP {reason}")


def main():
    """Runs the tests of the program's main module; exits with 1 when one failed.

    Arguments are names of test classes or Class.method; none: all.
    """
    module = sys.modules["__main__"]
    loader = unittest.defaultTestLoader
    names = sys.argv[1:]
    suite = loader.loadTestsFromNames(names, module) if names else loader.loadTestsFromModule(module)
    result = TapResult(sys.stdout)
    suite.run(result)
    print(f"1..{result.number}")
    sys.exit(0 if result.wasSuccessful() else 1)
