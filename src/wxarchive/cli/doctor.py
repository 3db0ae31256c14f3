"""``wxarchive doctor``: whether everything that a run needs is in order."""

import typer

from wxarchive.cli.network import ProxyOption, ReplayOption, open_fetcher, settings_of
from wxarchive.cli.options import ArchiveOption, JsonOption, archive_folder

__all__ = ["doctor"]


def doctor(
    archive: ArchiveOption = None,
    proxy: ProxyOption = None,
    replay: ReplayOption = None,
    json: JsonOption = False,
) -> None:
    """Check the network, the proxy, the clock, the disk, the archive, the pace and the breaker.

    One request goes to the site's home page. Exits with 0 if nothing is broken.

    Examples:

      wxarchive doctor

      wxarchive doctor --json
    """
    from wxarchive.checkup import Patient, run_checks
    from wxarchive.output import Output

    settings = settings_of(proxy=proxy, replay=replay)
    with open_fetcher(settings) as fetcher:
        patient = Patient(folder=archive_folder(archive), fetcher=fetcher, settings=settings)
        findings = list(run_checks(patient))
    Output(json=json).findings(findings)
    if any(finding.status == "bad" for finding in findings):
        raise typer.Exit(1)
