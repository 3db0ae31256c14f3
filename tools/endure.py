"""Long runs against a fake WeChat that goes wrong: faults, and kills at random moments. Exits with 1 if one fails.

python tools/endure.py [--links 1000] [--kills 100] [--seed N]
"""

import argparse
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from endurance import run_faults, run_kills


def main() -> int:
    """Run both and say what they did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--links", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        faults = run_faults(Path(folder), options.links, seed=options.seed)
        _show("faults", asdict(faults))
        failed |= bool(faults.wrong) or faults.posts != faults.captures_of_posts
        failed |= faults.shortest_gap < faults.least_pace or faults.peak_mb >= 150
    with tempfile.TemporaryDirectory() as folder:
        kills = run_kills(Path(folder), 300, options.kills, seed=options.seed)
        _show("kills", asdict(kills))
        failed |= bool(kills.lost or kills.differences) or kills.requests > kills.links + kills.kills
    sys.stdout.write("failed\n" if failed else "all held\n")
    return int(failed)


def _show(name: str, report: dict[str, object]) -> None:
    sys.stdout.write(f"{name}\n")
    for key, value in report.items():
        sys.stdout.write(f"  {key:20} {f'{value:.3f}' if isinstance(value, float) else value}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
