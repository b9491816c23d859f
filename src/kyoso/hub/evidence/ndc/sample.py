"""The sample statements of XAA: made through the services, as people would make them."""

from __future__ import annotations

from collections.abc import Mapping

from kyoso.hub.accounts.models import User
from kyoso.hub.evidence.facilities.sample import user
from kyoso.hub.evidence.ndc import services
from kyoso.hub.evidence.ndc.enums import Kind
from kyoso.hub.evidence.ndc.kinds import indicator_of
from kyoso.hub.evidence.ndc.models import Statement

COUNTRY = "XAA"
TOTAL = indicator_of(land=False, gwp="AR5")
EMISSIONS, POWER = "Emissions 2030", "Renewable power 2030"

Content = Mapping[str, str]

_STATED: tuple[tuple[str, Content], ...] = (
    (
        Kind.TARGET,
        {
            "target": EMISSIONS,
            "kind": "base-year",
            "indicator": TOTAL,
            "unit": "kt CO2e",
            "reference_year": "2022",
            "share": "20",
            "first_year": "2022",
            "target_year": "2030",
            "gases": "CO2;CH4;N2O;HFCs",
            "sectors": "energy;industry;agriculture;waste",
            "gwp": "AR5",
            "lulucf": "without",
            "cooperation": "yes",
            "treatment": "averaging",
        },
    ),
    (
        Kind.TARGET,
        {
            "target": POWER,
            "kind": "fixed-level",
            "indicator": "Renewable share of power",
            "unit": "%",
            "direction": "increase",
            "reference_value": "12",
            "level": "30",
            "target_year": "2030",
            "cooperation": "no",
        },
    ),
    *(
        (
            Kind.VALUE,
            {
                "indicator": "Renewable share of power",
                "year": year,
                "value": value,
                "unit": "%",
                "source": "Sample power statistics",
            },
        )
        for year, value in (("2022", "14.2"), ("2023", "15.9"), ("2024", "17.4"))
    ),
    *(
        (
            Kind.TRANSFER,
            {"target": EMISSIONS, "year": year, "first_transferred": first, "used": "0",
             "unit": "kt CO2e"},
        )
        for year, first in (("2022", "0"), ("2023", "12.5"), ("2024", "25"))
    ),
    (
        Kind.MEASURE,
        {
            "name": "Sample energy efficiency act",
            "description": "Energy audits and plans of large users of energy.",
            "objective": "Less fuel for the same product",
            "instrument": "regulatory",
            "status": "implemented",
            "sector": "1A2",
            "gases": "CO2",
            "start_year": "2021",
            "entities": "Sample ministry of environment",
            "expected": "350000",
            "expected_year": "2030",
        },
    ),
    (
        Kind.MEASURE,
        {
            "name": "Sample feed-in of solar power",
            "instrument": "economic",
            "status": "adopted",
            "sector": "1A1",
            "gases": "CO2",
            "start_year": "2025",
        },
    ),
    *(
        (Kind.PROJECTION, {"scenario": scenario, "sector": "0", "year": "2030", "co2e": co2e})
        for scenario, co2e in (("with-measures", "9600000"), ("without-measures", "10900000"))
    ),
    (
        Kind.ASSUMPTION,
        {"parameter": "Population", "year": "2030", "unit": "person", "value": "6100000"},
    ),
    (
        Kind.NEEDED,
        {
            "title": "Sample grid for solar power",
            "support": "finance",
            "sector": "1A1",
            "amount": "150000000",
            "currency": "USD",
            "first_year": "2026",
            "last_year": "2030",
        },
    ),
    (
        Kind.NEEDED,
        {
            "title": "Sample training of inventory compilers",
            "support": "capacity-building",
            "transparency": "yes",
            "first_year": "2026",
        },
    ),
    (
        Kind.RECEIVED,
        {
            "title": "Sample waste project",
            "support": "technology",
            "sector": "4",
            "amount": "2400000",
            "currency": "USD",
            "channel": "Sample partner",
        },
    ),
    (
        Kind.SECTION,
        {
            "heading": "circumstances",
            "text_en": "A made-up country of six million people between a range of hills and a "
            "coast.\n\nIndustry and transport grow; rice is its main crop.",
            "text_ja": "丘陵と海岸の間にある、人口600万人の架空の国である。\n\n産業と運輸が伸び、主な作物は米である。",
            "sources": "Sample statistical yearbook",
        },
    ),
    (
        Kind.SECTION,
        {
            "heading": "risks",
            "text_en": "Floods and hot days are made up here, as everything in this sample is.",
        },
    ),
)  # fmt: skip
SUBMITTED: Content = {
    "name": "Sample methane plan for rice",
    "instrument": "information",
    "status": "planned",
    "sector": "3C7",
    "gases": "CH4",
}
DRAFT: Content = {"name": "Sample transport plan", "instrument": "other", "sector": "1A3b"}


def load_sample_statements() -> int:
    """Targets, measures, projections and support of XAA, published; one measure submitted, one begun.

    Safe to repeat. Answers how many sample statements there are; none without the sample logins.
    """
    author, other = user("ministry-a"), user("focal-a")
    there = Statement.objects.filter(sample=True)
    if author is not None and other is not None and not there.exists():
        for kind, content in _STATED:
            one = _submitted(author, kind, content)
            services.publish(one, actor=other, expected=one.version)
        _submitted(author, Kind.MEASURE, SUBMITTED)
        _begun(author, Kind.MEASURE, DRAFT)
    return there.count()


def _begun(author: User, kind: str, content: Content) -> Statement:
    return services.write(actor=author, country=COUNTRY, kind=kind, content=content, sample=True)


def _submitted(author: User, kind: str, content: Content) -> Statement:
    one = _begun(author, kind, content)
    return services.submit(one, actor=author, expected=one.version)
