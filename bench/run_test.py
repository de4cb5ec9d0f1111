#!/usr/bin/env python3
"""What `./dev bench --update` keeps of earlier results."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import rows
import run


def row(name, *rates):
    return {"name": name, "steps": [{"rate": rate} for rate in rates]}


class MergedTest(unittest.TestCase):
    def setUp(self):
        self.names = [one.name for one in rows.rows()]

    def test_a_new_row_replaces_the_earlier_one(self):
        first, second = self.names[:2]
        self.assertEqual(run.merged([row(first, 1), row(second, 2)], [row(second, 3)]),
                         [row(first, 1), row(second, 3)])

    def test_rows_come_in_their_order(self):
        first, second, third = self.names[:3]
        self.assertEqual(run.merged([row(third, 3), row(first, 1)], [row(second, 2)]),
                         [row(first, 1), row(second, 2), row(third, 3)])

    def test_a_row_that_measured_nothing_replaces_nothing(self):
        first, second = self.names[:2]
        self.assertEqual(run.merged([row(first, 1)], [row(first), row(second)]),
                         [row(first, 1), row(second)])

    def test_rows_that_are_no_more_are_dropped(self):
        self.assertEqual(run.merged([row("no such row", 1), row(self.names[0], 2)], []),
                         [row(self.names[0], 2)])


if __name__ == "__main__":
    unittest.main()
