"""Problem documents keep one shape (W11)."""

from django.utils import translation

from tenants.display.problems import FieldProblem, Problem


def test_a_problem_has_all_members_and_its_own_words():
    """W11: type, title, status, detail, instance, errors; extra members cannot replace them."""
    problem = Problem(
        "keyword_taken", 409, "Mateo has it", "/api/v1/keywords/",
        (FieldProblem("taken", "#/text", "taken by Mateo"),), {"persona": "mateo", "status": 200},
    )  # fmt: skip
    with translation.override("en"):
        assert problem.as_dict() == {
            "persona": "mateo",
            "type": "urn:minga:problem:keyword_taken",
            "title": "Conflict with the present state",
            "status": 409,
            "detail": "Mateo has it",
            "instance": "/api/v1/keywords/",
            "errors": [{"code": "taken", "pointer": "#/text", "detail": "taken by Mateo"}],
        }


def test_an_unknown_status_takes_the_nearest_title():
    """No answer goes without words."""
    with translation.override("en"):
        assert Problem("teapot", 418).as_dict()["title"] == "The request is not valid"
        assert Problem("odd", 507).as_dict()["detail"] == "Something failed on our side"
