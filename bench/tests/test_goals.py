"""What is called reached must be reached: the arithmetic between measurements and verdicts."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gridfsbench.cases import Case, Goal, faster  # noqa: E402 (the path has to be set first)
from gridfsbench.data import made_up_id, sum_of_made_up  # noqa: E402
from gridfsbench.goals import ADDED, CPU, FIRST_LINE, best_peer, judge, judge_memory, ratios  # noqa: E402
from gridfsbench.main import judge_run, parse  # noqa: E402
from gridfsbench.measuring import Measurement  # noqa: E402
from gridfsbench.places import BENCH  # noqa: E402
from gridfsbench.report import BEGIN, END, rows_of  # noqa: E402
from gridfsbench.rounds import CaseResult  # noqa: E402


def run(wall, cpu=0.0, peak=1.0, first_output=None):
    return Measurement(wall, cpu, peak, first_output, 0, b"", "")


def result_of(goals, runs, notes=None):
    return CaseResult(Case("a case", None, goals=goals), runs=runs, notes=notes or {})


class Goals(unittest.TestCase):
    def verdicts(self, goals, **runs):
        return [verdict.reached for verdict in judge(result_of(goals, runs))]

    def test_the_best_peer_counts(self):
        runs = {"gridfs": [run(1)], "slow": [run(9)], "quick": [run(1.5)]}
        self.assertEqual(best_peer(result_of((), runs)), "quick")
        self.assertEqual(self.verdicts((faster(2),), **runs), [False])
        self.assertEqual(self.verdicts((faster(1.5),), **runs), [True])

    def test_the_floor_is_no_peer(self):
        runs = {"gridfs": [run(1)], "bare socket": [run(0.1)], "peer": [run(3)]}
        self.assertEqual(best_peer(result_of((), runs)), "peer")

    def test_the_ratio_is_the_median_of_the_rounds(self):
        found = ratios([run(4), run(9), run(10)], [run(2), run(3), run(1)])
        self.assertEqual((found.median, found.least, found.most), (3, 2, 10))

    def test_a_peer_that_ran_once_is_held_against_every_round(self):
        found = ratios([run(12)], [run(2), run(3), run(4)])
        self.assertEqual((found.median, found.least, found.most), (4, 3, 6))

    def test_cpu_is_held_against_the_bare_socket(self):
        floor = {"bare socket": [run(1, 0.1)]}
        self.assertEqual(self.verdicts((Goal(CPU, 2),), gridfs=[run(1, 0.3)], **floor), [False])
        self.assertEqual(self.verdicts((Goal(CPU, 2),), gridfs=[run(1, 0.2)], **floor), [True])

    def test_an_option_is_held_against_going_without(self):
        runs = {"gridfs": [run(1), run(2)], "gridfs --more": [run(1.5), run(3)]}
        self.assertEqual(self.verdicts((Goal(ADDED, 1.4),), **runs), [False])
        self.assertEqual(self.verdicts((Goal(ADDED, 1.6),), **runs), [True])

    def test_what_was_not_measured_is_not_reached(self):
        self.assertEqual(self.verdicts((faster(2),), peer=[run(1)]), [None])
        self.assertEqual(self.verdicts((faster(2),), gridfs=[run(1)]), [None])
        self.assertEqual(self.verdicts((Goal(CPU, 2),), gridfs=[run(1)]), [None])
        self.assertEqual(self.verdicts((Goal(FIRST_LINE, 2),), gridfs=[run(1)]), [None])

    def test_memory_is_the_most_of_all_runs(self):
        results = [result_of((), {"gridfs -j 8": [run(1, peak=10), run(1, peak=65)]}), result_of((), {"gridfs": [run(1)]})]
        self.assertEqual([verdict.reached for verdict in judge_memory(results)], [False])
        self.assertEqual([verdict.reached for verdict in judge_memory(results[1:])], [True])
        self.assertEqual(judge_memory([result_of((), {"peer": [run(1)]})]), [])


class ExitStatus(unittest.TestCase):
    def status(self, failed, *options):
        result = result_of((), {})
        result.failed = failed
        return judge_run([result], parse(options))

    def test_a_failure_of_gridfs_always_counts(self):
        self.assertEqual(self.status(["gridfs"]), 1)
        self.assertEqual(self.status(["gridfs -j 8"]), 1)
        self.assertEqual(self.status(["gridfs"], "--quick"), 1)

    def test_one_of_a_peer_counts_in_a_quick_run(self):
        self.assertEqual(self.status(["peer"]), 0)
        self.assertEqual(self.status(["peer"], "--quick"), 1)

    def test_measuring_nothing_is_a_failure(self):
        self.assertEqual(judge_run([], parse([])), 1)


class Report(unittest.TestCase):
    def test_a_program_that_failed_has_a_row_that_says_so(self):
        rows = list(rows_of(result_of((), {"gridfs": [run(1)], "peer": [run(2)]}, {"other": "failed: no"})))
        self.assertEqual([row[2:6] for row in rows[:2]], [["gridfs", 1, "1.000", "1"], ["peer", 1, "2.000", "2.00"]])
        self.assertEqual(rows[2][2:5], ["other", 0, "failed: no"])

    def test_the_readme_has_a_place_for_it(self):
        text = (BENCH / "README.md").read_text()
        self.assertEqual([text.count(BEGIN), text.count(END)], [1, 1])
        self.assertLess(text.index(BEGIN), text.index(END))


class Data(unittest.TestCase):
    def test_ids_name_lengths(self):
        self.assertEqual(made_up_id(256), "000000000000000000000100")
        self.assertNotEqual(sum_of_made_up(10), sum_of_made_up(11))


if __name__ == "__main__":
    unittest.main()
