"""Tests sim/fit/fit_power.py: it finds what made-up runs were made of, and the bundled models are its own."""
import random
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "sim/fit"))
import fit_power  # noqa: E402

NETWORKS = [("resnet18", "tf32"), ("unet", "fp16")]
TRUTH = [90.0, 30.0, 0.02, 0.015, 0.15, 0.0]


def made_up_runs(count, noise):
    draw = random.Random(7)
    runs = []
    for number in range(count):
        run = {"set": str(number % 4), "report": str(number % 3), "busy_slots": draw.uniform(0, 16),
               "inputs": {network: draw.uniform(0, 3000) for network in NETWORKS},
               "inputs_per_launch": draw.choice([1.0, 4.0, 20.0])}
        run["power_w"] = sum(a * b for a, b in zip(TRUTH, fit_power.terms(run, NETWORKS)))
        run["power_w"] *= 1 + draw.uniform(-noise, noise)
        runs.append(run)
    return runs


class FitPower(unittest.TestCase):
    def test_finds_the_coefficients(self):
        for found, truth in zip(fit_power.fit(made_up_runs(40, 0), NETWORKS), TRUTH):
            self.assertAlmostEqual(found, truth, delta=1e-6 * max(truth, 1))

    def test_has_no_negative_coefficient(self):
        # Without a bound the slope would be -1.
        self.assertEqual(fit_power.least_squares([[1, 0], [1, 1], [1, 2]], [2, 1, 0])[1], 0)
        for found in fit_power.fit(made_up_runs(40, 0.3), NETWORKS):
            self.assertGreaterEqual(found, 0)

    def test_errors_of_what_was_left_out_are_those_of_the_noise(self):
        runs = made_up_runs(120, 0.1)
        errors = fit_power.errors_without(runs, NETWORKS, 1e9, lambda i, _: i % 10)
        self.assertEqual(len(errors), 120)
        self.assertLess(fit_power.summary(errors)["mean"], 0.07)
        self.assertGreater(fit_power.summary(errors)["mean"], 0.03)

    def test_leaves_out_a_network_that_no_other_run_has(self):
        runs = made_up_runs(30, 0)
        runs[5] = {**runs[5], "set": "alone", "inputs": {("new", "tf32"): 10.0}}
        networks = NETWORKS + [("new", "tf32")]
        self.assertEqual(len(fit_power.errors_without(runs, networks, 1e9, lambda _, one: one["set"])), 29)

    def test_draws_no_more_than_the_limit(self):
        run = made_up_runs(1, 0)[0]
        self.assertEqual(fit_power.predict(TRUTH, run, NETWORKS, 50.0), 50.0)

    def test_the_bundled_models_are_those_of_the_listed_reports(self):
        for name, entry in fit_power.read(ROOT / fit_power.LIST).items():
            model = fit_power.model_of(name, entry)
            self.assertEqual(model, fit_power.read(ROOT / f"sim/data/power/{name}.json"), name)


if __name__ == "__main__":
    unittest.main()
